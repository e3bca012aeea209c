#include "widgets/editor/summary_bar.h"

#include "widgets/editor/problem_line.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>

namespace ternbench {

namespace {

QString bytesText(std::uint64_t bytes)
{
    return SummaryBar::tr("%1 bytes").arg(QLocale().toString(static_cast<qulonglong>(bytes)));
}

QString kibText(std::uint64_t bytes)
{
    return SummaryBar::tr("%1 KiB").arg(QLocale().toString(static_cast<double>(bytes) / 1024.0, 'f', 1));
}

QString timesText(double factor)
{
    return QStringLiteral("×%1").arg(QLocale().toString(factor, 'f', 1));
}

} // namespace

SummaryBar::SummaryBar(QWidget* parent) : QFrame(parent)
{
    setFrameShape(QFrame::StyledPanel);
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(8, 6, 8, 6);
    grid->setVerticalSpacing(2);
    grid->setColumnStretch(1, 1);
    m_bits = addFigure(tr("Bits per weight"), QStringLiteral("summary.bits_per_weight"),
                       tr("Index bits over weights, each layer under its own code"));
    m_compression =
        addFigure(tr("Compression"), QStringLiteral("summary.compression"),
                  tr("Against float32: of the indexes alone, and of everything that is stored (tables, "
                     "multipliers, offsets and padding included)"));
    m_size = addFigure(tr("Packed size"), QStringLiteral("summary.packed_size"),
                       tr("Everything stored for the weights, and what float32 would need"));
    m_weights =
        addFigure(tr("Weights"), QStringLiteral("summary.weights"), tr("Of all layers, padding not counted"));

    m_problemRow = new QWidget(this);
    m_problemLine = new ProblemLine(m_problemRow);
    m_problemLine->setObjectName(QStringLiteral("summary.problems"));
    m_jump = new QPushButton(tr("&Show"), m_problemRow);
    m_jump->setObjectName(QStringLiteral("summary.first_problem"));
    m_jump->setAccessibleName(tr("Show the first problem"));
    auto* row = new QHBoxLayout(m_problemRow);
    row->setContentsMargins(0, 4, 0, 0);
    row->addWidget(m_problemLine, 1);
    row->addWidget(m_jump, 0, Qt::AlignTop);
    grid->addWidget(m_problemRow, grid->rowCount(), 0, 1, 2);
    connect(m_jump, &QPushButton::clicked, this, [this] { emit jumpRequested(m_firstPath); });
    setLedger({});
    setProblems({});
}

QLabel* SummaryBar::addFigure(const QString& name, const QString& objectName, const QString& toolTip)
{
    auto* grid = qobject_cast<QGridLayout*>(layout());
    auto* caption = new QLabel(name, this);
    auto* figure = new QLabel(this);
    figure->setObjectName(objectName);
    figure->setAccessibleName(name);
    figure->setWordWrap(true);
    figure->setTextInteractionFlags(Qt::TextSelectableByMouse);
    figure->setToolTip(toolTip);
    caption->setToolTip(toolTip);
    const int row = grid->rowCount();
    grid->addWidget(caption, row, 0, Qt::AlignTop);
    grid->addWidget(figure, row, 1);
    return figure;
}

void SummaryBar::setLedger(const Ledger& ledger)
{
    if (ledger.weights == 0) {
        for (QLabel* figure : {m_bits, m_compression, m_size, m_weights})
            figure->setText(QStringLiteral("–"));
        return;
    }
    m_bits->setText(QLocale().toString(ledger.bitsPerWeight(), 'f', 3));
    m_compression->setText(
        tr("%1 indexes, %2 all stored")
            .arg(timesText(ledger.indexCompression()), timesText(ledger.totalCompression())));
    m_size->setText(
        tr("%1 (%2); float32 %3")
            .arg(kibText(ledger.totalBytes), bytesText(ledger.totalBytes), kibText(ledger.floatBytes())));
    m_weights->setText(QLocale().toString(static_cast<qulonglong>(ledger.weights)));
}

void SummaryBar::setProblems(const std::vector<Problem>& problems)
{
    m_problemRow->setVisible(!problems.empty());
    m_firstPath = problems.empty() ? QString() : QString::fromStdString(problems.front().path);
    if (problems.empty()) {
        m_problemLine->setText({});
        return;
    }
    const QString count = problems.size() == 1 ? tr("1 problem") : tr("%1 problems").arg(problems.size());
    const QString first = QString::fromStdString(problems.front().message);
    m_problemLine->setText(tr("%1. %2: %3").arg(count, m_firstPath, first));
    m_problemLine->setToolTip(QString::fromStdString(toString(problems)));
}

} // namespace ternbench
