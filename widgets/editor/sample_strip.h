#pragma once

#include "datasets/source.h"

#include <QImage>
#include <QString>
#include <QWidget>

#include <vector>

namespace ternbench {

struct SampleImage
{
    QImage image;
    QString className;
};

/// The first training image of each class, in the order of the classes; at most `most` of them. Images of
/// 1 or 3 channels; 3 channels are stored one plane after the other.
std::vector<SampleImage> sampleImages(const Dataset& dataset, int most = 10);

/// Sample images with their class names, as many a row as fit.
class SampleStrip : public QWidget
{
    Q_OBJECT

public:
    explicit SampleStrip(QWidget* parent = nullptr);

    void setSamples(const std::vector<SampleImage>& samples);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QSize cell() const;
    int columnsFor(int width) const;

    std::vector<SampleImage> m_samples;
};

} // namespace ternbench
