#pragma once

#include "widgets/plots/batch_losses.h"
#include "widgets/plots/curve_data.h"
#include "widgets/plots/curves_crosshair.h"
#include "widgets/plots/plot_frame.h"
#include "widgets/plots/stage_shading.h"

#include <memory>

class QSlider;

namespace ternbench {

/// Loss and error over epochs, one above the other on a shared horizontal axis: train and test per epoch, the
/// training loss of each mini-batch with a smoothed curve over the raw one, stages shaded and labelled, a
/// crosshair that snaps to the nearest epoch (mouse, or arrow keys).
class CurvesPlot : public PlotFrame
{
    Q_OBJECT
public:
    explicit CurvesPlot(RepaintGovernor* governor = nullptr, QWidget* parent = nullptr);

    /// Stages to shade; the horizontal axis covers all of them.
    void setStages(std::vector<StageSpan> stages);

    /// All finished epochs in ascending order.
    void setEpochs(std::vector<EpochPoint> points);

    /// One more epoch; those stored from that epoch on are replaced.
    void appendEpoch(const EpochPoint& point);

    /// Training losses in nats of the mini-batches firstStep, firstStep+1, ... counted from the start of the
    /// run. `stepsPerEpoch` >= 1 places them between the epochs.
    void appendBatchLosses(std::int64_t firstStep, std::span<const float> losses, int stepsPerEpoch);

    /// Forgets epochs, losses and stages.
    void clear();

    const std::vector<EpochPoint>& epochs() const { return m_points; }
    bool logX() const;
    void setLogX(bool on);
    /// Slider position 0..100, see smoothingWindow().
    void setSmoothing(int sliderPosition);
    const CurvesCrosshair& crosshair() const { return *m_crosshair; }

    FigureTable table() const override;

protected:
    bool hasData() const override;
    void rebuild() override;
    void applySeriesTheme(const PlotTheme& theme) override;
    void scaleChanged() override;
    void arrange() override;
    void prepareLayout() override;
    void hover(const QPointF& position) override;
    void hoverEnded() override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void createAxes();
    void createGraphs();
    void createTools();
    void setEpochData();
    void setRanges();
    ValueRange lossRange() const;
    void setBatchData();

    QCPAxisRect* m_lossRect = nullptr;
    QCPAxisRect* m_errorRect = nullptr;
    QCPLegend* m_legend = nullptr;
    QCPGraph* m_batchRaw = nullptr;
    QCPGraph* m_batchSmoothed = nullptr;
    QCPGraph* m_trainLoss = nullptr;
    QCPGraph* m_testLoss = nullptr;
    QCPGraph* m_trainError = nullptr;
    QCPGraph* m_testError = nullptr;
    QAction* m_logX = nullptr;
    QSlider* m_smoothing = nullptr;
    std::unique_ptr<StageShading> m_stages;
    std::unique_ptr<CurvesCrosshair> m_crosshair;

    std::vector<EpochPoint> m_points;
    BatchLosses m_losses;
    int m_stepsPerEpoch = 1;
};

} // namespace ternbench
