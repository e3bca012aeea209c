#pragma once

#include "widgets/plots/epoch_history.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QSlider;

namespace ternbench {

/// Chooses a layer and an epoch of a history: layer box, slider back through the epochs, "follow latest".
class EpochSelector : public QWidget
{
    Q_OBJECT
public:
    explicit EpochSelector(QWidget* parent = nullptr);

    /// New epochs have come. Keeps the layer by name, and the epoch unless "follow latest" is on.
    void setHistory(const EpochHistory& history);
    /// For a caller that shows all layers.
    void hideLayers();
    /// Epochs of the whole schedule, for the label; 0 if unknown.
    void setTotalEpochs(int epochs);

    HistorySelection selection() const;
    /// The "follow latest" box, for the caller to place.
    QCheckBox* followBox() const { return m_follow; }
    bool followsLatest() const;
    void setFollowLatest(bool on);
    void setEpochIndex(int index);
    void setLayerIndex(int index);
    QString text() const;

signals:
    /// The user has chosen another layer or epoch (not emitted when new epochs come).
    void selectionChanged();

private:
    void updateLayers();
    void updateText();
    void sliderMoved(int index);

    EpochHistory m_history;
    int m_totalEpochs = 0;
    QComboBox* m_layer;
    QSlider* m_epoch;
    QCheckBox* m_follow;
    QLabel* m_text;
};

} // namespace ternbench
