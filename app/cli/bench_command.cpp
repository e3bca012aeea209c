#include "app/cli/commands.h"
#include "app/cli/evaluate_benchmark.h"
#include "app/cli/infer_benchmark.h"
#include "app/cli/text_table.h"
#include "app/cli/train_benchmark.h"
#include "core/error.h"
#include "core/kernels/blas.h"
#include "core/kernels/kernels.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <charconv>
#include <memory>
#include <string_view>

namespace ternbench {

namespace {

/// An int that is all of `text`.
std::optional<int> integerIn(std::string_view text)
{
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

/// "8,2" or "8,2,trimmed".
Code codeFrom(const std::string& text)
{
    const auto refuse = [&](const std::string& allowed) -> InputError {
        return InputError("--code: " + text + " is not allowed: must be " + allowed);
    };
    const std::string_view all = text;
    const std::size_t comma = all.find(',');
    const std::size_t second = comma == all.npos ? all.npos : all.find(',', comma + 1);
    const auto n = integerIn(all.substr(0, comma));
    const auto k = comma == all.npos ? std::nullopt : integerIn(all.substr(comma + 1, second - comma - 1));
    if (!n || !k)
        throw refuse("N,K or N,K,FAMILY, for example 8,2 or 8,2,trimmed");
    Code code{*n, *k, CodeFamily::AtMostK};
    if (second != all.npos) {
        const auto family = familyFromName(all.substr(second + 1));
        if (!family)
            throw refuse("N,K,FAMILY with the family at-most-k, exactly-k or trimmed");
        code.family = *family;
    }
    if (const auto problem = codeProblem(code))
        throw InputError("--code: " + *problem);
    return code;
}

ExitStatus benchInfer(const InferBenchmarkRequest& request, Console& console, nlohmann::ordered_json& result)
{
    if (const std::string warning = blasWarning(); !warning.empty())
        console.warning(warning);
    const InferBenchmark measured = measureInference(request);
    result.update({{"rows", request.rows},
                   {"columns", request.columns},
                   {"code", toString(request.code)},
                   {"threads", request.threads},
                   {"batch", request.batch},
                   {"cold", request.cold},
                   {"kernels", measured.kernels},
                   {"blas_kernels", blasKernelSet()},
                   {"ns_per_gemv", measured.nsPerGemv},
                   {"weights_per_ns", measured.weightsPerNs},
                   {"bytes_per_weight", measured.bytesPerWeight},
                   {"sgemv_weights_per_ns", measured.sgemvWeightsPerNs},
                   {"gemv_gb_per_s", measured.gemvGbPerS},
                   {"read_gb_per_s", measured.readGbPerS},
                   {"exact", measured.exact}});
    TextTable table({"", ">weights/ns", ">GB/s"});
    table.add({"packed " + toString(request.code) + ", " + measured.kernels, fixed(measured.weightsPerNs, 1),
               fixed(measured.gemvGbPerS, 1)});
    table.add({"float32 sgemv, " + blasKernelSet(), fixed(measured.sgemvWeightsPerNs, 1),
               fixed(4.0 * measured.sgemvWeightsPerNs, 1)});
    table.add({"reading alone", "", fixed(measured.readGbPerS, 1)});
    console.line(table.toString());
    console.line(fixed(measured.nsPerGemv, 0) + " ns a product" +
                 (request.batch > 1 ? " (" + std::to_string(request.batch) + " at once), " : ", ") +
                 fixed(measured.bytesPerWeight, 4) + " bytes a weight");
    if (!measured.exact)
        throw RunError("the packed product differs from the plain one");
    return done;
}

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
                   {"share",
                    {{"forward", measured.forward},
                     {"backward", measured.backward},
                     {"optimizer", measured.optimizer},
                     {"projection", measured.projection},
                     {"activation_quantization", measured.activation}}}});
    if (connected)
        result["width"] = request.width;
    console.line("Step " + fixed(measured.stepMs, 2) + " ms, " + fixed(measured.samplesPerSecond, 0) +
                 " samples/s, " + code + ", mini-batches of " + std::to_string(measured.batch) + ", " +
                 std::to_string(request.threads) + " thread(s), " + kernels().name);
    console.line((connected ? "Floor: the matrix products alone, OpenBLAS " + blasKernelSet()
                            : std::string("Floor: its arithmetic at the measured peak")) +
                 ", one thread: " + fixed(measured.floorMs, 2) + " ms (" + fixed(measured.floorGflops, 0) +
                 " GFLOP/s); ratio " + fixed(measured.ratio, 2));
    TextTable table({"part", ">share"});
    table.add({"forward", percent(measured.forward)});
    table.add({"backward", percent(measured.backward)});
    table.add({"optimizer", percent(measured.optimizer)});
    table.add({"projection", percent(measured.projection)});
    table.add({"activation and its quantization", percent(measured.activation)});
    console.line(table.toString());
    return done;
}

ExitStatus benchEvaluate(const EvaluateBenchmarkRequest& request, Console& console,
                         nlohmann::ordered_json& result)
{
    const EvaluateBenchmark measured = measureEvaluation(request);
    const double each = measured.runSeconds / double(measured.images);
    result.update({{"file", request.packed},
                   {"threads", request.threads},
                   {"kernels", measured.kernels},
                   {"images", measured.images},
                   {"open_seconds", measured.openSeconds},
                   {"seconds", measured.runSeconds},
                   {"us_per_image", each * 1e6},
                   {"matrix_bytes", measured.matrixBytes},
                   {"class_errors", measured.classErrors},
                   {"exact", measured.exact}});
    console.line(withThousands(measured.images) + " test images in " + fixed(measured.runSeconds, 3) +
                 " s (" + fixed(each * 1e6, 1) + " us each), kernels " + measured.kernels +
                 "; file opened in " + fixed(measured.openSeconds, 3) + " s, matrices of " +
                 withThousands(measured.matrixBytes) + " bytes");
    console.line(withThousands(measured.classErrors) + " class errors; every output " +
                 (measured.exact ? "equals the golden one" : "compared"));
    if (!measured.exact)
        throw RunError(request.packed + ": outputs differ from the golden ones");
    return done;
}

/// "bench evaluate".
Command addEvaluateBenchmark(CLI::App& bench, bool& json)
{
    auto request = std::make_shared<EvaluateBenchmarkRequest>();
    CLI::App* evaluate = bench.add_subcommand(
        "evaluate",
        "Test set through a packed file's network, straight from its indexes; every output checked");
    evaluate->add_option("PACKED", request->packed, "Packed file (*.packed.h5)")
        ->required()
        ->type_name("FILE");
    evaluate
        ->add_option("--data", request->dataFolder,
                     "Folder of the data set (hdf5: its file), in place of the one in the file")
        ->type_name("FOLDER");
    evaluate->add_option("--threads", request->threads, "Threads")
        ->check(CLI::Range(1, 1024))
        ->capture_default_str();
    evaluate->add_flag("--json", json, "Result as JSON on standard output, text on standard error");
    return {evaluate, [request](Console& console, nlohmann::ordered_json& result) {
                result["benchmark"] = "evaluate";
                return benchEvaluate(*request, console, result);
            }};
}

/// "bench train"; the action runs where the subcommand was given.
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
    train->add_option("--width", request.width, "W of fc")
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
    train->add_option("--rounds", request.rounds, "Rounds of step and floor")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    train->add_flag("--json", json, "Result as JSON on standard output, text on standard error");
    return {train, [options](Console& console, nlohmann::ordered_json& result) {
                TrainBenchmarkRequest& wanted = options->request;
                wanted.network = options->network == "fc" ? BenchmarkNetwork::FullyConnected
                                                          : BenchmarkNetwork::Convolutional;
                wanted.code =
                    options->code == "float" ? std::nullopt : std::optional(codeFrom(options->code));
                result["benchmark"] = "train";
                return benchTrain(wanted, console, result);
            }};
}

} // namespace

Command addBenchCommand(CLI::App& program, bool& json)
{
    struct Options
    {
        InferBenchmarkRequest request;
        std::string code = "8,2";
    };
    auto options = std::make_shared<Options>();
    CLI::App* bench = program.add_subcommand("bench", "Measure this machine");
    bench->require_subcommand(1);
    CLI::App* infer = bench->add_subcommand(
        "infer", "Packed matrix times vector, beside OpenBLAS sgemv and plain reading; medians of one run");
    constexpr int most = 1 << 16;
    infer->add_option("--rows", options->request.rows, "Rows")
        ->check(CLI::Range(1, most))
        ->capture_default_str();
    infer->add_option("--cols", options->request.columns, "Columns, the fan-in")
        ->check(CLI::Range(1, most))
        ->capture_default_str();
    infer->add_option("--code", options->code, "Code of the weights")
        ->type_name("N,K[,FAMILY]")
        ->capture_default_str();
    infer->add_option("--threads", options->request.threads, "Threads")
        ->check(CLI::Range(1, 1024))
        ->capture_default_str();
    infer->add_option("--batch", options->request.batch, "Vectors that share a pass over the matrix")
        ->check(CLI::Range(1, 4096))
        ->capture_default_str();
    infer->add_flag("--cold", options->request.cold,
                    "Cycle through 512 MB of copies, so that all weights come from memory");
    infer->add_flag("--json", json, "Result as JSON on standard output, text on standard error");
    const Command others[] = {addTrainBenchmark(*bench, json), addEvaluateBenchmark(*bench, json)};
    return {bench, [options, train = others[0], evaluate = others[1]](Console& console,
                                                                      nlohmann::ordered_json& result) {
                for (const Command& other : {train, evaluate})
                    if (other.app->parsed())
                        return other.action(console, result);
                options->request.code = codeFrom(options->code);
                result["benchmark"] = "infer";
                return benchInfer(options->request, console, result);
            }};
}

} // namespace ternbench
