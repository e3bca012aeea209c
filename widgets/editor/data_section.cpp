#include "widgets/editor/data_section.h"

#include "widgets/editor/problem_style.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QStyle>

namespace ternbench {

namespace {

/// What an empty folder field says.
QString placeholderOf(DataKind kind)
{
    switch (kind) {
    case DataKind::FashionMnist:
        return DataSection::tr("usual place");
    case DataKind::Idx:
        return DataSection::tr("folder with the IDX or IDX.gz files");
    case DataKind::Cifar10:
        return DataSection::tr("folder with data_batch_1.bin and the others");
    case DataKind::Hdf5:
        return DataSection::tr("file with x_train, y_train, x_test, y_test");
    case DataKind::Generated:
        break;
    }
    return {};
}

} // namespace

DataSection::DataSection(QWidget* parent)
    : FormSection(tr("Data set"), parent), m_browse(new QPushButton(tr("Bro&wse…"), this)),
      m_foundIcon(new QLabel(this)), m_found(new QLabel(this)), m_samples(new SampleStrip(this))
{
    DataSpec& spec = m_experiment.data;
    const auto isGenerated = [&spec] { return spec.kind == DataKind::Generated; };
    addChoice<DataKind>(tr("&Kind"), QStringLiteral("data.kind"), tr("kind of data"), &spec.kind,
                        {{DataKind::FashionMnist, tr("Fashion-MNIST")},
                         {DataKind::Idx, tr("IDX folder (MNIST-like)")},
                         {DataKind::Cifar10, tr("CIFAR-10 folder (binary version)")},
                         {DataKind::Hdf5, tr("HDF5 file")},
                         {DataKind::Generated, tr("Generated")}});
    m_folder =
        addField(tr("Folder"), tr("data folder"), new TextField(QStringLiteral("data.folder"), &spec.folder));
    m_folder->setRelevance([isGenerated] { return !isGenerated(); });
    m_folder->addBeside(m_browse);
    m_browse->setObjectName(QStringLiteral("data.browse"));
    m_browse->setAccessibleName(tr("Browse for the data folder"));
    connect(m_browse, &QPushButton::clicked, this, &DataSection::browse);
    addGeneratedFields();

    auto* limit = addNumber(tr("Trai&n limit"), QStringLiteral("data.train_limit"), tr("train limit"),
                            &spec.trainLimit);
    limit->setUnit(tr("images; 0: all"));
    limit =
        addNumber(tr("Test li&mit"), QStringLiteral("data.test_limit"), tr("test limit"), &spec.testLimit);
    limit->setUnit(tr("images; 0: all"));

    auto* status = new QWidget(this);
    auto* row = new QHBoxLayout(status);
    row->setContentsMargins(0, 4, 0, 4);
    row->addWidget(m_foundIcon, 0, Qt::AlignTop);
    row->addWidget(m_found, 1);
    m_found->setObjectName(QStringLiteral("data.found"));
    m_found->setWordWrap(true);
    m_found->setTextFormat(Qt::PlainText);
    m_found->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_samples->setObjectName(QStringLiteral("data.samples"));
    addWidget(status);
    addWidget(m_samples);
    m_found->setText(tr("Looking for the data set…"));
    m_samples->setSamples({});
}

void DataSection::addGeneratedFields()
{
    DataSpec& spec = m_experiment.data;
    const auto add = [&](const QString& label, const char* path, const QString& what,
                         NumberField::Target target) {
        NumberField* field = addNumber(label, QLatin1String(path), what, target);
        field->setRelevance([&spec] { return spec.kind == DataKind::Generated; });
        return field;
    };
    add(tr("Train images"), "data.generated.train", tr("generated train images"), &spec.generatedTrain);
    add(tr("Test images"), "data.generated.test", tr("generated test images"), &spec.generatedTest);
    add(tr("Image side"), "data.generated.side", tr("generated image side"), &spec.generatedSide)
        ->setUnit(tr("pixels"));
    add(tr("Classes"), "data.generated.classes", tr("generated classes"), &spec.generatedClasses);
    add(tr("Data seed"), "data.generated.seed", tr("seed of the generated data"), &spec.generatedSeed);
}

void DataSection::setDataset(const DatasetSummary& summary, const std::vector<SampleImage>& samples)
{
    m_found->setText(QString::fromStdString(summary.message));
    const int side = style()->pixelMetric(QStyle::PM_SmallIconSize, nullptr, this);
    const QIcon icon = summary.found ? style()->standardIcon(QStyle::SP_DialogApplyButton, nullptr, this)
                                     : warningIcon(palette());
    m_foundIcon->setPixmap(icon.pixmap(QSize(side, side), devicePixelRatioF()));
    m_foundIcon->setAccessibleName(summary.found ? tr("Found") : tr("Not found"));
    m_samples->setSamples(samples);
    markFolder(summary.found ? QString() : QString::fromStdString(summary.message));
}

void DataSection::setProblems(const std::vector<Problem>& problems)
{
    FormSection::setProblems(problems);
    markFolder(m_notFound);
}

void DataSection::markFolder(const QString& notFound)
{
    if (m_folder->problem() == m_notFound)
        m_folder->setProblem({}); // this one's
    m_notFound = notFound;
    if (!m_experiment.data.folder.empty() && m_folder->problem().isEmpty())
        m_folder->setProblem(m_notFound);
}

void DataSection::refresh()
{
    m_folder->edit()->setPlaceholderText(placeholderOf(m_experiment.data.kind));
    FormSection::refresh();
}

void DataSection::setLocked(bool locked)
{
    FormSection::setLocked(locked);
    m_browse->setEnabled(!locked);
}

void DataSection::browse()
{
    const QString now = QString::fromStdString(m_experiment.data.folder);
    QString chosen;
    if (m_experiment.data.kind == DataKind::Hdf5)
        chosen = QFileDialog::getOpenFileName(this, tr("File with x_train, y_train, x_test and y_test"), now,
                                              tr("HDF5 files (*.h5 *.hdf5);;All files (*)"));
    else
        chosen = QFileDialog::getExistingDirectory(this,
                                                   m_experiment.data.kind == DataKind::Cifar10
                                                       ? tr("Folder with CIFAR-10's binary files")
                                                       : tr("Folder with the IDX or IDX.gz files"),
                                                   now);
    if (!chosen.isEmpty())
        m_folder->enter(chosen);
}

} // namespace ternbench
