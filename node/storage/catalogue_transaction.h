// SPDX-License-Identifier: Apache-2.0
// One change of catalogue.db, whole or not at all.
#pragma once

#include "storage/sqlite.h"

namespace dure::node {

/// Rolls back unless it was told that all went well.
class Transaction {
 public:
  explicit Transaction(Connection& connection) : connection_(connection) {}
  ~Transaction() {
    if (connection_.in_transaction()) (void)connection_.execute("ROLLBACK");
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  Status begin() { return connection_.execute("BEGIN IMMEDIATE"); }
  Status commit() { return connection_.execute("COMMIT"); }

 private:
  Connection& connection_;
};

}  // namespace dure::node
