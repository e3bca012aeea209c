#include "widgets/views/verification_model.h"

#include "widgets/views/number_text.h"

#include <QApplication>
#include <QFont>
#include <QIcon>
#include <QStyle>

namespace ternbench {

namespace {

constexpr int hashPrefix = 12; // enough to tell two hashes apart by eye; the tool tip has all 64 digits

QString joined(const std::vector<std::string>& problems, const QString& separator)
{
    QStringList lines;
    for (const std::string& problem : problems)
        lines << QString::fromStdString(problem);
    return lines.join(separator);
}

QString hashText(const std::string& hash)
{
    return hash.empty() ? QStringLiteral("–")
                        : QString::fromStdString(hash).left(hashPrefix) + QStringLiteral("…");
}

QString text(const LayerVerification& part, int column)
{
    const bool hasOutputs = part.compared > 0 || !part.goldenSha256.empty();
    switch (column) {
    case VerificationModel::PartColumn:
        return QString::fromStdString(part.name);
    case VerificationModel::ResultColumn:
        return part.passed() ? VerificationModel::tr("passed") : VerificationModel::tr("FAILED");
    case VerificationModel::ComparedColumn:
        return hasOutputs ? countText(std::int64_t(part.compared)) : QStringLiteral("–");
    case VerificationModel::DifferentColumn:
        return hasOutputs ? countText(std::int64_t(part.different)) : QStringLiteral("–");
    case VerificationModel::GoldenColumn:
        return hashText(part.goldenSha256);
    case VerificationModel::ComputedColumn:
        return hashText(part.computedSha256);
    case VerificationModel::ProblemsColumn:
        return joined(part.problems, QStringLiteral("; "));
    default:
        return {};
    }
}

QVariant toolTip(const LayerVerification& part, int column)
{
    switch (column) {
    case VerificationModel::GoldenColumn:
        return QString::fromStdString(part.goldenSha256);
    case VerificationModel::ComputedColumn:
        return QString::fromStdString(part.computedSha256);
    case VerificationModel::ResultColumn:
    case VerificationModel::ProblemsColumn:
        return joined(part.problems, QStringLiteral("\n"));
    default:
        return {};
    }
}

bool isNumber(int column)
{
    return column == VerificationModel::ComparedColumn || column == VerificationModel::DifferentColumn;
}

} // namespace

VerificationModel::VerificationModel(QObject* parent) : QAbstractTableModel(parent) {}

void VerificationModel::setReport(const VerificationReport& report)
{
    beginResetModel();
    m_report = report;
    endResetModel();
}

int VerificationModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_report.parts.size());
}

int VerificationModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant VerificationModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const LayerVerification& part = m_report.parts[std::size_t(index.row())];
    if (role == Qt::DisplayRole)
        return text(part, index.column());
    if (role == Qt::ToolTipRole)
        return toolTip(part, index.column());
    if (role == Qt::TextAlignmentRole && isNumber(index.column()))
        return int(Qt::AlignRight | Qt::AlignVCenter);
    if (index.column() != ResultColumn)
        return {};
    if (role == Qt::DecorationRole)
        return qApp->style()->standardIcon(part.passed() ? QStyle::SP_DialogApplyButton
                                                         : QStyle::SP_MessageBoxCritical);
    if (role == Qt::FontRole && !part.passed()) {
        QFont bold;
        bold.setBold(true);
        return bold;
    }
    return {};
}

QVariant VerificationModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((isNumber(section) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    static const QStringList titles{tr("Part"),      tr("Result"),         tr("Compared"),
                                    tr("Different"), tr("Golden SHA-256"), tr("Computed SHA-256"),
                                    tr("Problems")};
    return titles.at(section);
}

QString verdictText(const VerificationReport& report)
{
    if (report.passed())
        return VerificationModel::tr("Passed: every part agrees over %1 test images.")
            .arg(countText(std::int64_t(report.images)));
    const QString first = QString::fromStdString(report.firstFailure());
    QString problems = joined(report.problems, QStringLiteral("; "));
    for (const LayerVerification& part : report.parts)
        if (problems.isEmpty() && !part.passed())
            problems = joined(part.problems, QStringLiteral("; "));
    const QString head =
        first.isEmpty() ? VerificationModel::tr("FAILED") : VerificationModel::tr("FAILED at %1").arg(first);
    return problems.isEmpty() ? head + QLatin1Char('.') : head + QStringLiteral(": ") + problems;
}

QString hardwareErrorText(const VerificationReport& report, double testError)
{
    if (report.images == 0)
        return {};
    QString text =
        VerificationModel::tr("Hardware error %1 % (%2 of %3 test images)")
            .arg(100.0 * report.hardwareError(), 0, 'f', 2)
            .arg(countText(std::int64_t(report.classErrors)), countText(std::int64_t(report.images)));
    if (report.classErrors != report.goldenClassErrors)
        text += VerificationModel::tr(", the file says %1")
                    .arg(countText(std::int64_t(report.goldenClassErrors)));
    if (testError >= 0.0)
        text += VerificationModel::tr("; test error at the end of training %1 %")
                    .arg(100.0 * testError, 0, 'f', 2);
    return text + QLatin1Char('.');
}

} // namespace ternbench
