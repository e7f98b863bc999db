// SPDX-License-Identifier: Apache-2.0
#include "peer/gzip_inflate.h"

#include <zlib.h>

#include <algorithm>
#include <array>

namespace dure::node {
namespace {

constexpr int kGzipOnly = 16 + MAX_WBITS;

struct Inflater {
  z_stream stream{};
  bool ready = false;
  Inflater() { ready = inflateInit2(&stream, kGzipOnly) == Z_OK; }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() {
    if (ready) inflateEnd(&stream);
  }
};

}  // namespace

Result<Bytes> gzip_inflate(std::string_view compressed, std::size_t max_bytes) {
  Inflater inflater;
  if (!inflater.ready) return Error{ErrorCode::kInternal, "inflateInit2"};
  z_stream& stream = inflater.stream;
  // zlib's interface is not const-correct; it does not write to its input.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
  stream.avail_in = static_cast<uInt>(compressed.size());
  Bytes out;
  out.reserve(std::min(max_bytes, compressed.size() * 4));
  std::array<char, 32 * 1024> buffer;
  int state = Z_OK;
  while (state == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = static_cast<uInt>(buffer.size());
    state = inflate(&stream, Z_NO_FLUSH);
    const std::size_t made = buffer.size() - stream.avail_out;
    if (made > max_bytes - out.size())
      return Error{ErrorCode::kTooLarge, "the decoded answer is larger than it may be"};
    out.append(buffer.data(), made);
    if (state == Z_BUF_ERROR) break;  // the input ended before the stream did
  }
  if (state != Z_STREAM_END || stream.avail_in != 0)
    return Error{ErrorCode::kMalformed, "damaged gzip content"};
  return out;
}

}  // namespace dure::node
