#pragma once

#include "core/hardware/report.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

/// A hardware report as sections of text and tables: what the command line prints and what the HTML and PDF
/// writers lay out, so that all of them say the same.
namespace ternbench {

struct ReportTable
{
    std::vector<std::string> headings; ///< one that begins with '>' aligns its column to the right
    std::vector<std::vector<std::string>> rows;
    std::vector<double> bars; ///< for each row a length 0..1 to be drawn; empty: none
};

struct ReportSection
{
    std::string title;
    std::vector<std::string> paragraphs;
    ReportTable table; ///< without headings where there is none
};

struct ReportDocument
{
    std::string title, subtitle;
    std::vector<ReportSection> sections;
};

/// Which network a report is about.
struct ReportSubject
{
    std::filesystem::path file;
    std::string name;                          ///< of the experiment; may be empty
    std::string generator;                     ///< that wrote the file
    std::uint64_t images = 0, classErrors = 0; ///< as stored in the file
    std::uint64_t fileBytes = 0;               ///< 0: not known
};

/// What of a packed file's size is not in the ledger, as a sentence.
std::string fileSizeText(const Ledger& ledger, std::uint64_t fileBytes);

ReportDocument describeReport(const HardwareReport& report, const ReportSubject& subject);

} // namespace ternbench
