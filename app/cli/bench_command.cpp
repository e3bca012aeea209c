#include "app/cli/code_option.h"
#include "app/cli/commands.h"
#include "app/cli/evaluate_benchmark.h"
#include "app/cli/infer_benchmark.h"
#include "app/cli/text_table.h"
#include "core/error.h"
#include "core/kernels/blas.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <memory>

namespace ternbench {

namespace {

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

void declareInfer(CLI::App* infer, InferBenchmarkRequest& request, std::string& code)
{
    constexpr int most = 1 << 16;
    infer->add_option("--rows", request.rows, "Rows")->check(CLI::Range(1, most))->capture_default_str();
    infer->add_option("--cols", request.columns, "Columns, the fan-in")
        ->check(CLI::Range(1, most))
        ->capture_default_str();
    infer->add_option("--code", code, "Code of the weights")
        ->type_name("N,K[,FAMILY]")
        ->capture_default_str();
    infer->add_option("--threads", request.threads, "Threads")
        ->check(CLI::Range(1, 1024))
        ->capture_default_str();
    infer->add_option("--batch", request.batch, "Vectors that share a pass over the matrix")
        ->check(CLI::Range(1, 4096))
        ->capture_default_str();
    infer->add_flag("--cold", request.cold,
                    "Cycle through 512 MB of copies, so that all weights come from memory");
}

void declareEvaluate(CLI::App* evaluate, EvaluateBenchmarkRequest& request)
{
    evaluate->add_option("PACKED", request.packed, "Packed file (*.packed.h5)")
        ->required()
        ->type_name("FILE");
    evaluate
        ->add_option("--data", request.dataFolder,
                     "Folder of the data set (hdf5: its file), in place of the one in the file")
        ->type_name("FOLDER");
    evaluate->add_option("--threads", request.threads, "Threads")
        ->check(CLI::Range(1, 1024))
        ->capture_default_str();
}

} // namespace

Command addBenchCommand(CLI::App& program, bool& json)
{
    struct Options
    {
        InferBenchmarkRequest infer;
        std::string code = "8,2";
        EvaluateBenchmarkRequest evaluate;
    };
    auto options = std::make_shared<Options>();
    CLI::App* bench = program.add_subcommand("bench", "Measure this machine");
    bench->require_subcommand(1);
    CLI::App* infer = bench->add_subcommand(
        "infer", "Packed matrix times vector, beside OpenBLAS sgemv and plain reading; medians of one run");
    declareInfer(infer, options->infer, options->code);
    CLI::App* evaluate = bench->add_subcommand(
        "evaluate",
        "Test set through a packed file's network, straight from its indexes; every output checked");
    declareEvaluate(evaluate, options->evaluate);
    for (CLI::App* one : {infer, evaluate})
        one->add_flag("--json", json, "Result as JSON on standard output, text on standard error");
    const Command train = addTrainBenchmark(*bench, json);
    return {bench, [options, evaluate, train](Console& console, nlohmann::ordered_json& result) {
                if (train.app->parsed())
                    return train.action(console, result);
                if (evaluate->parsed()) {
                    result["benchmark"] = "evaluate";
                    return benchEvaluate(options->evaluate, console, result);
                }
                options->infer.code = codeFrom(options->code);
                result["benchmark"] = "infer";
                return benchInfer(options->infer, console, result);
            }};
}

} // namespace ternbench
