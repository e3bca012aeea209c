#pragma once

#include "core/training/snapshot.h"
#include "widgets/views/mask_canvas.h"

#include <QWidget>

#include <memory>

class QComboBox;
class QLabel;
class QToolButton;

namespace ternbench {

/// The ternary weights of a layer as an image, with a choice of the layer, zoom buttons, a legend, a read-out
/// of the weight under the mouse, and a button that saves the image (a pixel per weight).
class MaskView : public QWidget
{
    Q_OBJECT

public:
    explicit MaskView(QWidget* parent = nullptr);

    /// Shows the layers of an epoch; the chosen layer (by name), zoom and position stay. Null: the empty
    /// state.
    void setSnapshot(std::shared_ptr<const EpochSnapshot> snapshot);
    MaskCanvas* canvas() const { return m_canvas; }

signals:
    /// The user wants the image saved; the window asks where and writes it.
    void saveImageRequested(const QImage& image, const QString& suggestedName);

private:
    QToolButton* button(const QString& text, const QString& name, const QString& toolTip);
    QWidget* makeToolRow();
    QWidget* makeLegend();
    void connectParts();
    void updateLayerList();
    void showLayer();
    void showHover(int row, int column);
    const LayerSnapshot* currentLayer() const;

    std::shared_ptr<const EpochSnapshot> m_snapshot;
    QComboBox* m_layer;
    QComboBox* m_shading;
    MaskCanvas* m_canvas;
    QToolButton* m_zoomIn;
    QToolButton* m_zoomOut;
    QToolButton* m_fit;
    QToolButton* m_save;
    QLabel* m_readout;
    QLabel* m_legend;
};

/// "row 12, input 345: +1, group 43 pattern +0-00000", of a convolution "channel 3 at kernel row 0, column 2"
/// in the place of the input; all count from 0. `column` is a coded position of the layer's grouping. The
/// padding of tail groups is shown as '.'. Without a code or a known grouping there is no group.
QString maskReadout(const LayerSnapshot& layer, int row, int column);

} // namespace ternbench
