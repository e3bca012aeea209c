#pragma once

#include "core/error.h"
#include "datasets/idx.h"

#include <QByteArray>
#include <QFile>
#include <QString>
#include <QTest>

#include <zlib.h>

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
    z_stream stream{};
    constexpr int gzipFormat = 15 + 16;
    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzipFormat, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return {};
    QByteArray source = bytes;
    QByteArray target(static_cast<int>(deflateBound(&stream, static_cast<uLong>(source.size()))) + 32, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(source.data());
    stream.avail_in = static_cast<uInt>(source.size());
    stream.next_out = reinterpret_cast<Bytef*>(target.data());
    stream.avail_out = static_cast<uInt>(target.size());
    const bool done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
    target.truncate(static_cast<int>(stream.total_out));
    deflateEnd(&stream);
    return done ? target : QByteArray();
}

} // namespace ternbench::testing
