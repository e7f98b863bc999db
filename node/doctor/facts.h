// SPDX-License-Identifier: Apache-2.0
// What the checks are made of: facts about machine, node, network and peers, gathered by others.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dure/error.h"

namespace dure::node {

struct FileFacts {
  enum class Kind {
    kFolder,    // the data folder
    kSecret,    // keys, passphrases: its owner only
    kPrivate,   // what citizens told: nobody but owner and group
    kDatabase,  // public contents, but nobody else may write
  };
  std::string path;
  Kind kind = Kind::kDatabase;
  unsigned mode = 0;  // the lowest nine bits
  std::string owner;  // name of the account, else its number
};

/// The file system of the data folder. Sizes in bytes.
struct DiskFacts {
  std::string path;
  std::uint64_t free = 0, total = 0;
  std::uint64_t free_files = 0, total_files = 0;  // 0 in all: the file system does not count them
  std::uint64_t catalogue = 0;                    // size of catalogue.db
  bool remote = false;                            // NFS, SMB
  std::optional<std::int64_t> sync_microseconds;  // median of a few small writes with fsync
  std::optional<Error> failure;                   // nothing could be found out, or not be written
};

struct DatabaseFacts {
  enum class State { kWhole, kDamaged, kUnfinished, kUnknown, kAbsent };
  std::string path;
  State state = State::kUnknown;
  std::string fault;             // what SQLite says of the damage
  std::optional<Error> failure;  // why it is not known
};

/// Sizes of the own log, as three places know it.
struct HeadFacts {
  std::uint64_t locked = 0, published = 0, stored = 0;
  bool same_root = true;      // of equal sizes
  std::uint64_t settled = 0;  // entries that are there for ten minutes: peers should have them
};

struct CharterFacts {
  bool there = false;
  std::int64_t days_left = 0;
  bool expires_soon = false;
  std::uint64_t members = 0;
  std::uint64_t drafts = 0;     // that wait for signatures
  std::uint64_t conflicts = 0;  // contradicting texts: memberships are frozen
  std::string joining;          // where this node asked to be taken in
};

struct FinalityFacts {
  bool possible = false;
  std::uint64_t behind = 0;  // entries that are not final
  std::uint64_t witnesses = 0, needed = 0;
};

/// Backups on schedule. Times in seconds.
struct BackupFacts {
  bool set = false;   // a folder for them
  bool known = true;  // false: of a node that does not tell
  std::uint64_t count = 0;
  bool sealed = false;  // as it is set now
  std::int64_t age = 0, every = 0;
  std::optional<Error> failure;  // of the last attempt, or of reading the folder
};

struct KnownPeer {
  std::string url, name, origin;
};

/// What the node says of itself.
struct NodeFacts {
  bool running = false;
  std::optional<Error> failure;     // it cannot be opened, or does not answer: the rest is empty
  std::optional<Error> quarantine;  // why it signs nothing
  std::string origin, log_vkey, url;
  std::string version;    // of the node
  std::string listening;  // address that it really listens on
  HeadFacts head;
  std::optional<DatabaseFacts> head_file;  // head.db, which a running node lets nobody else open
  CharterFacts charter;
  FinalityFacts finality;
  BackupFacts backups;
  std::vector<KnownPeer> peers;
};

struct ListenFacts {
  std::string listen;            // as set
  bool own_node = false;         // the running node answers there
  std::optional<Error> failure;  // what stands in the way
};

/// A certificate: of the file that is set, or as an address shows it. POSIX seconds.
struct CertificateFacts {
  std::string where;
  std::int64_t from = 0, until = 0;
  std::string refused;           // why a peer would not accept it; empty: it would
  std::optional<Error> failure;  // unreadable, or does not fit its key
};

/// What became of a question that this node asked itself under its public address.
struct FrontFacts {
  bool asked = false;                  // else nobody was there to see it arrive
  bool arrived = false;                // at this node
  std::string client;                  // address that the node took it for
  std::vector<std::string> forwarded;  // X-Forwarded-For as it arrived, without what we forged
  bool believed_forgery = false;       // the node took it for the address that we made up
};

struct PublicFacts {
  std::string url;  // empty: not set
  bool tls = false;
  std::vector<std::string> addresses;  // of its name
  std::optional<Error> unresolved, unreachable;
  std::string origin;  // of the node that answers
  std::optional<CertificateFacts> certificate;
  FrontFacts front;
  bool node_has_tls = false;
  bool own_port = true;  // the port of the address is the one that the node listens on
  std::uint64_t trusted_proxies = 0;
  bool trusts_everybody = false;  // one of them is the whole Internet
};

/// What a peer answered.
struct PeerFacts {
  KnownPeer peer;
  std::optional<Error> unresolved, unreachable;
  std::optional<std::int64_t> ahead;      // seconds by which its clock is ahead of ours
  bool tells_heads = false;               // its list of heads could be read
  std::optional<std::uint64_t> own_size;  // of our log, as it has it; nothing: it has not
};

}  // namespace dure::node
