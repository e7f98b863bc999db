// SPDX-License-Identifier: Apache-2.0
#include "replication/transfer.h"

#include "replication/ustar.h"

namespace dure::node {
namespace {

/// Writes the members of one log. Threads: one.
class LogExport {
 public:
  LogExport(const KnownLog& log, LogReader& reader, const TransferSink& sink)
      : log_(log), reader_(reader), sink_(sink), folder_(origin_hash(log.origin) + "/") {}

  Result<ExportReport> run() {
    const auto note = reader_.head(log_.id);
    if (!note) return note.error();
    const auto parsed = parse_note(*note);
    if (!parsed) return parsed.error();
    const auto head = parse_checkpoint(parsed->text);
    if (!head) return head.error();
    size_ = head->size;
    if (auto written = member("origin", log_.origin + "\n"); !written)
      return std::move(written).error();
    if (auto written = member("checkpoint", *note); !written) return std::move(written).error();
    for (unsigned level = 0; level <= kMaxTileLevel; ++level) {
      if (auto written = tiles(TileKind::kHashes, level); !written)
        return std::move(written).error();
    }
    for (const auto kind : {TileKind::kEntries, TileKind::kBodies}) {
      if (auto written = tiles(kind, 0); !written) return std::move(written).error();
    }
    return ExportReport{log_.origin, size_, bytes_};
  }

 private:
  Status tiles(TileKind kind, unsigned level) {
    for (std::uint64_t index = 0; tile_width(size_, level, index) != 0; ++index) {
      const TilePath tile{kind, level, index, tile_width(size_, level, index)};
      const auto contents = reader_.tile(log_.id, tile);
      if (!contents) return contents.error();
      if (auto written = member(format_tile_path(tile), *contents); !written) return written;
    }
    return ok();
  }

  Status member(const std::string& name, std::string_view contents) {
    const auto header = format_ustar_header({folder_ + name, contents.size()});
    const std::string padding(ustar_padding(contents.size()), '\0');
    for (const std::string_view part :
         {std::string_view(header.data(), header.size()), contents, std::string_view(padding)}) {
      if (part.empty()) continue;
      if (auto written = sink_(part); !written) return written;
      bytes_ += part.size();
    }
    return ok();
  }

  const KnownLog& log_;
  LogReader& reader_;
  const TransferSink& sink_;
  const std::string folder_;
  std::uint64_t size_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace

Result<std::vector<ExportReport>> export_logs(const std::vector<KnownLog>& logs, LogReader& reader,
                                              const TransferSink& sink) {
  std::vector<ExportReport> reports;
  for (const auto& log : logs) {
    auto report = LogExport(log, reader, sink).run();
    if (!report) return std::move(report).error();
    reports.push_back(std::move(*report));
  }
  const std::string end(2 * kUstarBlock, '\0');
  if (auto written = sink(end); !written) return std::move(written).error();
  return reports;
}

PullJob transfer_job(KnownLog log, std::vector<VerifierKey> keys) {
  PullJob job;
  job.locations.push_back(mirror_location("transfer file", log.origin));
  job.log = std::move(log);
  job.keys = std::move(keys);
  return job;
}

}  // namespace dure::node
