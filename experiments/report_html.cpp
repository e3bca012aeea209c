#include "experiments/report_html.h"

#include "experiments/number_text.h"

namespace ternbench {

namespace {

constexpr const char* style = R"(
:root { color-scheme: light dark; --ink: #1c1e21; --paper: #ffffff; --quiet: #5d646d; --line: #d5d9de;
        --stripe: #f4f6f8; --bar: #3f7cc4; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e8ea; --paper: #17191c; --quiet: #9aa3ad; --line: #383d43; --stripe: #1f2226;
          --bar: #6aa3e6; } }
body { font: 15px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--paper);
       max-width: 75rem; margin: 2rem auto; padding: 0 1.25rem; }
h1 { font-size: 1.6rem; margin-bottom: 0.2rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 0.5rem; }
.subtitle, p { color: var(--quiet); margin: 0.2rem 0 0.6rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 0.25rem 0.7rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
th { font-weight: 600; }
.right { text-align: right; white-space: nowrap; }
tbody tr:nth-child(even) { background: var(--stripe); }
.track { width: 9rem; }
.bar { height: 0.7rem; margin-top: 0.35rem; background: var(--bar); border-radius: 2px; }
@media print {
  :root { --ink: #000; --paper: #fff; --quiet: #333; --line: #bbb; --stripe: #fff; --bar: #555; }
  @page { size: A4 landscape; margin: 14mm; }
  body { font-size: 9pt; max-width: none; margin: 0; padding: 0; }
  h2 { break-after: avoid; } tr { break-inside: avoid; } thead { display: table-header-group; }
  .scroll { overflow: visible; } .bar { print-color-adjust: exact; } }
)";

std::string escaped(const std::string& text)
{
    std::string result;
    for (const char c : text) {
        switch (c) {
        case '&':
            result += "&amp;";
            break;
        case '<':
            result += "&lt;";
            break;
        case '>':
            result += "&gt;";
            break;
        case '"':
            result += "&quot;";
            break;
        default:
            result += c;
        }
    }
    return result;
}

std::string element(const std::string& name, const std::string& text, bool right = false)
{
    return "<" + name + (right ? " class=\"right\">" : ">") + escaped(text) + "</" + name + ">";
}

std::string tableHtml(const ReportTable& table)
{
    std::string html = "<div class=\"scroll\"><table><thead><tr>";
    std::vector<bool> right;
    for (const std::string& heading : table.headings) {
        right.push_back(heading.starts_with('>'));
        html += element("th", heading.substr(right.back() ? 1 : 0), right.back());
    }
    html += std::string(table.bars.empty() ? "" : "<th></th>") + "</tr></thead>\n<tbody>\n";
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        html += "<tr>";
        for (std::size_t j = 0; j < table.rows[i].size(); ++j)
            html += element("td", table.rows[i][j], right[j]);
        if (!table.bars.empty())
            html += "<td><div class=\"track\"><div class=\"bar\" style=\"width:" +
                    fixed(100.0 * table.bars[i], 1) + "%\"></div></div></td>";
        html += "</tr>\n";
    }
    return html + "</tbody></table></div>\n";
}

} // namespace

std::string reportHtml(const ReportDocument& document)
{
    std::string html = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
    html += element("title", document.title) + "\n<style>" + style + "</style>\n</head>\n<body>\n";
    html +=
        element("h1", document.title) + "\n<p class=\"subtitle\">" + escaped(document.subtitle) + "</p>\n";
    for (const ReportSection& section : document.sections) {
        html += "<section>\n" + element("h2", section.title) + "\n";
        for (const std::string& paragraph : section.paragraphs)
            html += element("p", paragraph) + "\n";
        if (!section.table.headings.empty())
            html += tableHtml(section.table);
        html += "</section>\n";
    }
    return html + "</body>\n</html>\n";
}

} // namespace ternbench
