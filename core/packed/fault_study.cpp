#include "core/packed/fault_study.h"

#include "core/error.h"
#include "core/integer/reference_model.h"
#include "core/packed/index_faults.h"
#include "core/random.h"
#include "core/runtime/packed_runtime.h"

#include <algorithm>
#include <functional>

namespace ternbench {

namespace {

/// What a network answers over the images.
struct Answers
{
    std::vector<std::int64_t> scores; ///< (images, classes)
    std::vector<int> classes;         ///< (images)

    std::uint64_t errors(const LabelledImages& images) const
    {
        std::uint64_t count = 0;
        for (std::size_t i = 0; i < classes.size(); ++i)
            count += classes[i] != int(images.labels[i]) ? 1 : 0;
        return count;
    }
};

/// Shows its share to `progress`, called once an image.
Answers infer(const IntegerNetwork& network, const LabelledImages& images, ThreadPool& pool,
              const std::function<void(double share)>& progress)
{
    Answers answers;
    const auto observer = [&](int image, const IntegerOutputs& outputs) {
        answers.scores.insert(answers.scores.end(), outputs.scores.begin(), outputs.scores.end());
        answers.classes.push_back(classOf(outputs.scores));
        progress(double(image) / images.count);
    };
    if (PackedRuntime::takes(network))
        PackedRuntime(network).runOver(images, pool, observer);
    else
        runReferenceOver(network, images, pool, observer);
    return answers;
}

/// `count` distinct numbers below `bound` (Floyd's algorithm: Bentley & Floyd, CACM 30(9), 1987).
std::set<std::uint64_t> drawDistinct(Random& random, std::uint64_t count, std::uint64_t bound)
{
    std::set<std::uint64_t> drawn;
    for (std::uint64_t last = bound - count; last < bound; ++last)
        // The remainder's bias of bound·2^-64 is immaterial.
        if (const std::uint64_t number = random.next() % (last + 1); !drawn.insert(number).second)
            drawn.insert(last);
    return drawn;
}

[[noreturn]] void refuse(const std::string& field, std::int64_t value, const std::string& allowed)
{
    throw InputError(field + ": " + std::to_string(value) + " is not allowed: must be " + allowed);
}

void check(const FaultStudySpec& spec, std::uint64_t indexBits)
{
    if (spec.repeats < 1 || spec.repeats > maxFaultRepeats)
        refuse("repeats", spec.repeats, "1.." + std::to_string(maxFaultRepeats));
    if (spec.images < 0)
        refuse("images", spec.images, "0 or more");
    if (spec.flips.size() > maxFaultPoints)
        refuse("flips", std::int64_t(spec.flips.size()),
               "at most " + std::to_string(maxFaultPoints) + " numbers");
    for (const std::int64_t flips : spec.flips)
        if (flips < 0 || std::uint64_t(flips) > indexBits)
            refuse("flips", flips, "0.." + std::to_string(indexBits) + " (the index bits of the network)");
}

void checkFit(const LabelledImages& images, int inputs)
{
    if (images.count == 0 || images.inputs != inputs)
        throw InputError("images: " + std::to_string(images.count) + " images of " +
                         std::to_string(images.inputs) + " values are not allowed: must be 1 or more of " +
                         std::to_string(inputs) + " values, the network's inputs");
}

LabelledImages firstImages(const LabelledImages& images, int count)
{
    if (count == 0 || count >= images.count)
        return images;
    LabelledImages first = emptyImages(count, images.height, images.width, images.channels);
    first.pixels.assign(images.pixels.begin(), images.pixels.begin() + std::ptrdiff_t(count) * images.inputs);
    first.labels.assign(images.labels.begin(), images.labels.begin() + count);
    return first;
}

/// One draw.
struct Trial
{
    FaultDamage damage;
    bool scoresChanged = false;
    std::uint64_t changedClasses = 0, errors = 0;
};

Spread spreadOf(const std::vector<Trial>& trials, const std::function<double(const Trial&)>& value)
{
    Spread spread{0.0, value(trials.front()), value(trials.front())};
    for (const Trial& trial : trials) {
        const double one = value(trial);
        spread.mean += one / double(trials.size());
        spread.least = std::min(spread.least, one);
        spread.most = std::max(spread.most, one);
    }
    // Rounding must not put the mean of equal values beside them.
    spread.mean = std::clamp(spread.mean, spread.least, spread.most);
    return spread;
}

FaultPoint summarized(std::int64_t flips, const std::vector<Trial>& trials, int images)
{
    FaultPoint point;
    point.flips = flips;
    point.repeats = int(trials.size());
    for (const Trial& trial : trials) {
        if (trial.damage.illegalGroups > 0)
            ++point.caught;
        else if (trial.scoresChanged)
            ++point.silent;
        else
            ++point.harmless;
    }
    point.illegalGroups = spreadOf(trials, [](const Trial& t) { return double(t.damage.illegalGroups); });
    point.changedClasses = spreadOf(trials, [](const Trial& t) { return double(t.changedClasses); });
    point.classError = spreadOf(trials, [&](const Trial& t) { return double(t.errors) / images; });
    return point;
}

/// The study of one network: what stays the same over all draws.
class Study
{
public:
    Study(const IntegerNetwork& network, const LabelledImages& images, const FaultStudySpec& spec,
          ThreadPool& pool, const ShareObserver& progress)
        : m_network(network), m_spec(spec), m_pool(pool), m_progress(progress), m_bits(network)
    {
        check(m_spec, m_bits.count());
        checkFit(images, network.input.inputs);
        m_images = firstImages(images, spec.images);
        if (m_spec.flips.empty())
            m_spec.flips = defaultFlips(m_bits.count());
        m_passes = 1; // the sound network's
        for (const std::int64_t flips : m_spec.flips)
            m_passes += flips > 0 ? m_spec.repeats : 0;
    }

    FaultCurve run()
    {
        m_sound = pass(m_network);
        FaultCurve curve;
        curve.indexBits = m_bits.count();
        curve.detectableBits = m_bits.countDetectable();
        curve.images = m_images.count;
        curve.seed = m_spec.seed;
        curve.soundClassError = double(m_sound.errors(m_images)) / m_images.count;
        for (const std::int64_t flips : m_spec.flips) {
            std::vector<Trial> trials;
            for (int repeat = 0; repeat < m_spec.repeats; ++repeat)
                trials.push_back(tried(flips, repeat));
            curve.points.push_back(summarized(flips, trials, m_images.count));
        }
        return curve;
    }

private:
    Answers pass(const IntegerNetwork& network)
    {
        Answers answers = infer(network, m_images, m_pool, [&](double share) {
            if (m_progress && !m_progress((m_passesDone + share) / m_passes))
                throw RunError("cancelled");
        });
        ++m_passesDone;
        return answers;
    }

    Trial tried(std::int64_t flips, int repeat)
    {
        Trial trial;
        if (flips == 0) {
            trial.errors = m_sound.errors(m_images);
            return trial;
        }
        constexpr int repeatBits = 16; // maxFaultRepeats fits; flips fit into the rest
        const auto count = std::uint64_t(flips);
        Random random(m_spec.seed, stream::faults, count << repeatBits | std::uint64_t(repeat));
        const auto flipped = drawDistinct(random, count, m_bits.count());
        const Answers answers = pass(m_bits.flip(flipped, trial.damage));
        trial.scoresChanged = answers.scores != m_sound.scores;
        trial.errors = answers.errors(m_images);
        for (std::size_t i = 0; i < answers.classes.size(); ++i)
            trial.changedClasses += answers.classes[i] != m_sound.classes[i] ? 1 : 0;
        return trial;
    }

    const IntegerNetwork& m_network;
    LabelledImages m_images;
    FaultStudySpec m_spec;
    ThreadPool& m_pool;
    const ShareObserver& m_progress;
    IndexBits m_bits;
    Answers m_sound;
    double m_passes = 0.0, m_passesDone = 0.0;
};

} // namespace

std::vector<std::int64_t> defaultFlips(std::uint64_t indexBits)
{
    const auto most = std::int64_t(indexBits / 10);
    std::vector<std::int64_t> flips{0};
    for (std::int64_t decade = 1; decade <= most; decade *= 10)
        for (const std::int64_t step : {1, 2, 5})
            if (step * decade <= most)
                flips.push_back(step * decade);
    return flips;
}

FaultCurve studyFaults(const IntegerNetwork& network, const LabelledImages& images,
                       const FaultStudySpec& spec, ThreadPool& pool, const ShareObserver& progress)
{
    return Study(network, images, spec, pool, progress).run();
}

} // namespace ternbench
