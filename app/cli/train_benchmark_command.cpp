#include "app/cli/code_option.h"
#include "app/cli/commands.h"
#include "app/cli/text_table.h"
#include "app/cli/train_benchmark.h"
#include "core/error.h"
#include "core/kernels/blas.h"
#include "core/kernels/kernels.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <memory>

namespace ternbench {

namespace {

ExitStatus benchTrain(const TrainBenchmarkRequest& request, Console& console, nlohmann::ordered_json& result)
{
    if (const std::string warning = blasWarning(); !warning.empty())
        console.warning(warning);
    const TrainBenchmark measured = measureTraining(request);
    const bool connected = request.network == BenchmarkNetwork::FullyConnected;
    const std::string code = request.code ? toString(*request.code) : "float";
    result.update({{"network", connected ? "fc" : "cnn"},
                   {"batch", measured.batch},
                   {"code", code},
                   {"threads", request.threads},
                   {"kernels", kernels().name},
                   {"blas_kernels", blasKernelSet()},
                   {"step_ms", measured.stepMs},
                   {"samples_per_second", measured.samplesPerSecond},
                   {"gemm_floor_ms", measured.floorMs},
                   {"floor_gflops", measured.floorGflops},
                   {"ratio", measured.ratio},
                   {"one_thread_step_ms", measured.oneThreadMs},
                   {"scaling", measured.scaling},
                   {"share",
                    {{"forward", measured.share.forward},
                     {"backward", measured.share.backward},
                     {"optimizer", measured.share.optimizer},
                     {"projection", measured.share.projection},
                     {"activation_quantization", measured.share.activation}}}});
    if (connected)
        result["width"] = request.width;
    console.line("Step " + fixed(measured.stepMs, 2) + " ms, " + fixed(measured.samplesPerSecond, 0) +
                 " samples/s, " + code + ", mini-batches of " + std::to_string(measured.batch) + ", " +
                 std::to_string(request.threads) + " thread(s), " + kernels().name);
    console.line((connected ? "Floor: the matrix products alone, OpenBLAS " + blasKernelSet()
                            : std::string("Floor: its arithmetic at the measured peak")) +
                 ", one thread: " + fixed(measured.floorMs, 2) + " ms (" + fixed(measured.floorGflops, 0) +
                 " GFLOP/s); ratio " + fixed(measured.ratio, 2));
    if (request.threads > 1)
        console.line("On one thread: " + fixed(measured.oneThreadMs, 2) + " ms, " +
                     fixed(measured.scaling, 2) + " times as long");
    TextTable table({"part", ">share"});
    table.add({"forward", percent(measured.share.forward)});
    table.add({"backward", percent(measured.share.backward)});
    table.add({"optimizer", percent(measured.share.optimizer)});
    table.add({"projection", percent(measured.share.projection)});
    table.add({"activation and its quantization", percent(measured.share.activation)});
    console.line(table.toString());
    return done;
}

} // namespace

Command addTrainBenchmark(CLI::App& bench, bool& json)
{
    struct Options
    {
        TrainBenchmarkRequest request;
        std::string network = "fc", code = "8,2";
    };
    auto options = std::make_shared<Options>();
    TrainBenchmarkRequest& request = options->request;
    CLI::App* train = bench.add_subcommand(
        "train", "A training step beside the floor that its products set; medians of one run");
    train->add_option("--network", options->network, "fc: 784-W-W-W-10; cnn: 4 convolutions on 32x32x3")
        ->check(CLI::IsMember({"fc", "cnn"}))
        ->capture_default_str();
    CLI::Option* width = train->add_option("--width", request.width, "W of fc")
                             ->check(CLI::Range(1, 1 << 14))
                             ->capture_default_str();
    train->add_option("--batch", request.batch, "Mini-batch; by default 128 for fc, 64 for cnn")
        ->check(CLI::Range(2, 1 << 14));
    train->add_option("--code", options->code, "Code of the weights, or float")
        ->type_name("N,K[,FAMILY]|float")
        ->capture_default_str();
    train->add_option("--threads", request.threads, "Threads")
        ->check(CLI::Range(1, 1024))
        ->capture_default_str();
    train
        ->add_option("--rounds", request.rounds,
                     "Rounds of step, floor and, with several threads, a step on one")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    train->add_flag("--json", json, "Result as JSON on standard output, text on standard error");
    return {
        train, [options, width](Console& console, nlohmann::ordered_json& result) {
            TrainBenchmarkRequest& wanted = options->request;
            wanted.network =
                options->network == "fc" ? BenchmarkNetwork::FullyConnected : BenchmarkNetwork::Convolutional;
            if (width->count() > 0 && options->network == "cnn")
                throw InputError("--width: " + std::to_string(wanted.width) +
                                 " is not allowed with --network cnn, whose widths are fixed: only with fc");
            wanted.code = options->code == "float" ? std::nullopt : std::optional(codeFrom(options->code));
            result["benchmark"] = "train";
            return benchTrain(wanted, console, result);
        }};
}

} // namespace ternbench
