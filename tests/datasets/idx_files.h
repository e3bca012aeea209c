#pragma once

#include "core/error.h"
#include "datasets/idx.h"
#include "tests/gzipped.h"

#include <QByteArray>
#include <QFile>
#include <QString>
#include <QTest>

#include <cstdint>
#include <string>
#include <vector>

/// Makes IDX files, right and wrong ones, for the tests of the readers.
namespace ternbench::testing {

inline QByteArray word(std::uint32_t value)
{
    QByteArray bytes;
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes.append(static_cast<char>(value >> shift & 0xFF));
    return bytes;
}

inline QByteArray words(const std::vector<std::uint32_t>& values)
{
    QByteArray bytes;
    for (const std::uint32_t value : values)
        bytes.append(word(value));
    return bytes;
}

/// Bytes 0, 1, 2, ... modulo 251, a prime, so that no row or image equals the next.
inline QByteArray ramp(int size)
{
    QByteArray bytes;
    for (int i = 0; i < size; ++i)
        bytes.append(static_cast<char>(i % 251));
    return bytes;
}

inline QByteArray imageFile(int count, int height, int width)
{
    return words({0x803, static_cast<std::uint32_t>(count), static_cast<std::uint32_t>(height),
                  static_cast<std::uint32_t>(width)}) +
           ramp(count * height * width);
}

inline QByteArray labelFile(const QByteArray& labels)
{
    return words({0x801, static_cast<std::uint32_t>(labels.size())}) + labels;
}

inline bool writeFile(const QString& path, const QByteArray& bytes)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

/// The bytes as `gzip` would write them.
inline QByteArray gzipped(const QByteArray& bytes)
{
    return QByteArray::fromStdString(test::gzipped(bytes.toStdString()));
}

} // namespace ternbench::testing
