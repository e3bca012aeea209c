#pragma once

#include "app/desktop/background_worker.h"
#include "app/desktop/thread_bridge.h"
#include "datasets/source.h"
#include "widgets/editor/sample_strip.h"

#include <QObject>
#include <QTimer>

#include <vector>

namespace ternbench {

/// Looks at the data set of the experiment in a thread of its own: whether it is there, what it holds, and a
/// few images of it. Questions that follow each other quickly (typing a folder) are answered once; answers to
/// old questions are dropped.
class DatasetWatcher : public QObject
{
    Q_OBJECT

public:
    explicit DatasetWatcher(QObject* parent = nullptr);

    /// Returns at once; described() follows unless the same was asked before.
    void watch(const DataSpec& spec);
    const DatasetSummary& summary() const { return m_summary; }
    const std::vector<SampleImage>& samples() const { return m_samples; }

signals:
    void described();

private:
    void look();
    void take(int question, const DatasetSummary& summary, const std::vector<SampleImage>& samples);

    DataSpec m_spec;
    bool m_asked = false;
    int m_question = 0;
    QTimer m_delay;
    DatasetSummary m_summary;
    std::vector<SampleImage> m_samples;
    ThreadBridge m_bridge;
    BackgroundWorker m_worker; ///< last: it ends before what it reports to goes
};

} // namespace ternbench
