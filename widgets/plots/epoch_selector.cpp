#include "widgets/plots/epoch_selector.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>

#include <algorithm>

namespace ternbench {

EpochSelector::EpochSelector(QWidget* parent)
    : QWidget(parent), m_layer(new QComboBox(this)), m_epoch(new QSlider(Qt::Horizontal, this)),
      m_follow(new QCheckBox(tr("Follow latest"), this)), m_text(new QLabel(this))
{
    m_layer->setAccessibleName(tr("Layer"));
    m_layer->setToolTip(tr("Layer"));
    m_layer->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_layer->setMinimumContentsLength(4);
    m_epoch->setAccessibleName(tr("Epoch"));
    m_epoch->setToolTip(tr("Back through the epochs"));
    m_epoch->setPageStep(1);
    m_epoch->setMinimumWidth(60);
    m_epoch->setTickPosition(QSlider::TicksBelow);
    m_follow->setChecked(true);
    // Wide enough for most texts, so that the slider keeps its length while it is moved.
    m_text->setMinimumWidth(m_text->fontMetrics().horizontalAdvance(tr("epoch 18 of 18, stage (8,2)")));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(6, 4, 6, 2);
    row->addWidget(m_layer);
    row->addWidget(m_epoch, 1);
    row->addWidget(m_text);
    connect(m_layer, &QComboBox::currentIndexChanged, this, [this] {
        updateText();
        emit selectionChanged();
    });
    connect(m_epoch, &QSlider::valueChanged, this, &EpochSelector::sliderMoved);
    connect(m_follow, &QCheckBox::toggled, this, [this](bool on) {
        if (on)
            m_epoch->setValue(m_epoch->maximum());
    });
    setHistory({});
}

void EpochSelector::setHistory(const EpochHistory& history)
{
    const QSignalBlocker noSlider(m_epoch);
    m_history = history;
    m_epoch->setMaximum(std::max(0, static_cast<int>(history.size()) - 1));
    if (m_follow->isChecked())
        m_epoch->setValue(m_epoch->maximum());
    setEnabled(!history.empty());
    updateLayers();
    updateText();
}

void EpochSelector::hideLayers()
{
    m_layer->hide();
}

void EpochSelector::setTotalEpochs(int epochs)
{
    m_totalEpochs = epochs;
    updateText();
}

void EpochSelector::updateLayers()
{
    QStringList names;
    if (!m_history.empty())
        for (const LayerSnapshot& layer : m_history.back()->layers)
            names << QString::fromStdString(layer.name);
    QStringList present;
    for (int i = 0; i < m_layer->count(); ++i)
        present << m_layer->itemText(i);
    if (names == present)
        return;
    const QSignalBlocker noLayer(m_layer);
    const QString chosen = m_layer->currentText();
    m_layer->clear();
    m_layer->addItems(names);
    m_layer->setCurrentIndex(std::max(0, static_cast<int>(names.indexOf(chosen))));
}

void EpochSelector::updateText()
{
    m_text->setText(selectionText(m_history, selection(), m_totalEpochs));
}

void EpochSelector::sliderMoved(int index)
{
    if (index != m_epoch->maximum()) // looking back: new epochs must not take the picture away
        m_follow->setChecked(false);
    updateText();
    emit selectionChanged();
}

HistorySelection EpochSelector::selection() const
{
    return {m_epoch->value(), std::max(0, m_layer->currentIndex())};
}

bool EpochSelector::followsLatest() const
{
    return m_follow->isChecked();
}

void EpochSelector::setFollowLatest(bool on)
{
    m_follow->setChecked(on);
}

void EpochSelector::setEpochIndex(int index)
{
    m_epoch->setValue(index);
}

void EpochSelector::setLayerIndex(int index)
{
    m_layer->setCurrentIndex(index);
}

QString EpochSelector::text() const
{
    return m_text->text();
}

} // namespace ternbench
