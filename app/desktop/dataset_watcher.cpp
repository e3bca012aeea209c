#include "app/desktop/dataset_watcher.h"

#include <exception>

namespace ternbench {

namespace {

constexpr int settleMs = 250; // long enough to type the next letter of a folder

struct Answer
{
    DatasetSummary summary;
    std::vector<SampleImage> samples;
};

/// Reads the whole set for its samples: a set whose header is right and whose body is not is found out here.
Answer lookAt(const DataSpec& spec)
{
    Answer answer;
    try {
        answer.summary = describeDataset(spec);
        if (answer.summary.found)
            answer.samples = sampleImages(loadDataset(spec));
    } catch (const std::exception& error) {
        answer.summary.found = false;
        answer.summary.message = error.what();
    }
    return answer;
}

} // namespace

DatasetWatcher::DatasetWatcher(QObject* parent) : QObject(parent)
{
    m_delay.setSingleShot(true);
    m_delay.setInterval(settleMs);
    connect(&m_delay, &QTimer::timeout, this, &DatasetWatcher::look);
}

void DatasetWatcher::watch(const DataSpec& spec)
{
    if (m_asked && spec == m_spec)
        return;
    const bool first = !m_asked;
    m_spec = spec;
    m_asked = true;
    ++m_question; // an answer under way is to the old question
    m_delay.start(first ? 0 : settleMs);
}

void DatasetWatcher::look()
{
    m_worker.clear();
    m_worker.start([this, spec = m_spec, question = m_question] {
        m_bridge.post(
            [this, question, answer = lookAt(spec)] { take(question, answer.summary, answer.samples); });
    });
}

void DatasetWatcher::take(int question, const DatasetSummary& summary,
                          const std::vector<SampleImage>& samples)
{
    if (question != m_question)
        return;
    m_summary = summary;
    m_samples = samples;
    emit described();
}

} // namespace ternbench
