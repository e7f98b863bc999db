// SPDX-License-Identifier: Apache-2.0
// Transfer files: logs carried between network zones on a disk.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <system_error>

#include "app/charter_peers.h"
#include "app/node_operations.h"
#include "app/pull_json.h"
#include "app/sealed_logs.h"
#include "peer/transfer_file.h"
#include "replication/transfer.h"

namespace dure::node {
namespace {

using nlohmann::json;

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

// A log may have two keys while one replaces the other.
bool charter_names(const NodeParts& node, const VerifierKey& key) {
  if (key.name() == node.own.origin) return false;
  const auto keys = log_keys(node, key.name());
  return std::any_of(keys.begin(), keys.end(),
                     [&](const VerifierKey& known) { return known.format() == key.format(); });
}

// The operator vouches for the key, and the log is known from now on. Of a peer more is known
// already.
Status adopt_log(NodeParts& node, const VerifierKey& key) {
  const auto peers = node.store->peer_book().peers();
  if (!peers) return peers.error();
  const bool known =
      std::any_of(peers->begin(), peers->end(),
                  [&](const PeerEntry& peer) { return peer.card.log_vkey == key.format(); }) ||
      charter_names(node, key);
  if (known) return ok();
  PeerEntry peer;
  peer.card.origin = key.name();
  peer.card.name = key.name();
  peer.card.log_vkey = key.format();
  return node.store->peer_book().add(peer);
}

Error write_error(const std::string& path, int failure) {
  const auto why = std::generic_category().message(failure);
  return Error{ErrorCode::kStorage,
               path + ": " + why,
               "errors.file_write",
               {{"file", printable(path)}, {"detail", why}}};
}

// A file that replaces `path` once it is whole and on disk, and vanishes otherwise.
class NewFile {
 public:
  explicit NewFile(std::string path)
      : path_(std::move(path)),
        partial_(path_ + ".partial"),
        descriptor_(open(partial_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
                         S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH)) {
    if (descriptor_ < 0) failure_ = errno;
  }
  ~NewFile() {
    if (descriptor_ < 0) return;
    close(descriptor_);
    if (!kept_) unlink(partial_.c_str());
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  Status write(std::string_view bytes) {
    while (failure_ == 0 && !bytes.empty()) {
      const auto count = ::write(descriptor_, bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) failure_ = errno;
      if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return failure_ == 0 ? ok() : Status(write_error(path_, failure_));
  }

  Status keep() {
    if (failure_ == 0 && fsync(descriptor_) != 0) failure_ = errno;
    if (failure_ == 0 && rename(partial_.c_str(), path_.c_str()) != 0) failure_ = errno;
    kept_ = failure_ == 0;
    return kept_ ? ok() : Status(write_error(path_, failure_));
  }

 private:
  std::string path_, partial_;
  int descriptor_;
  int failure_ = 0;
  bool kept_ = false;
};

Result<std::vector<KnownLog>> logs_to_export(LogReader& reader, const std::string& origin) {
  if (!origin.empty()) {
    const auto log = reader.log_by_origin(origin);
    if (log) return std::vector<KnownLog>{*log};
    return Error{log.error().code,
                 log.error().detail,
                 "errors.log_unknown",
                 {{"origin", printable(origin)}}};
  }
  auto logs = reader.logs();
  if (!logs) return logs;
  std::erase_if(*logs, [&](const KnownLog& log) { return !reader.head(log.id).has_value(); });
  return logs;
}

}  // namespace

Result<std::string> import_transfer_file(NodeParts& node, const std::string& path,
                                         const std::string& vkey) {
  const auto file = TransferFile::open(path);
  if (!file) return file.error();
  if (!vkey.empty()) {
    const auto key = VerifierKey::parse(vkey);
    if (!key)
      return Error{
          ErrorCode::kInvalid, key.error().detail, "errors.vkey", {{"vkey", printable(vkey)}}};
    if (auto adopted = adopt_log(node, *key); !adopted) return adopted.error();
  }
  json pulled = json::array();
  json skipped = json::array();
  for (const auto& origin : (*file)->origins()) {
    const auto log = node.store->reader().log_by_origin(origin);
    auto keys = log_keys(node, origin);
    if (!log || log->own || keys.empty()) {
      skipped.push_back(origin);
      continue;
    }
    auto job = transfer_job(*log, std::move(keys));
    job.end = sealed_end(node, origin);
    const auto report =
        pull_log(job, (*file)->opener(), *node.waking_mirrors, node.store->reader());
    node.forks->pulled(job, report);
    begin_sealed_anew(node, job, report);
    pulled.push_back(describe_pull(report));
  }
  (void)finish_erasing(node);
  node.indexer->wake();
  return dump({{"pulled", std::move(pulled)}, {"skipped", std::move(skipped)}});
}

Result<std::string> export_transfer_file(NodeParts& node, const std::string& path,
                                         const std::string& origin) {
  LogReader& reader = node.store->reader();
  const auto logs = logs_to_export(reader, origin);
  if (!logs) return logs.error();
  NewFile file(path);
  const auto reports =
      export_logs(*logs, reader, [&file](std::string_view bytes) { return file.write(bytes); });
  if (!reports) return reports.error();
  if (auto kept = file.keep(); !kept) return kept.error();
  json written = json::array();
  for (const auto& report : *reports) {
    written.push_back({{"origin", report.origin}, {"size", report.size}, {"bytes", report.bytes}});
  }
  return dump({{"path", path}, {"logs", std::move(written)}});
}

}  // namespace dure::node
