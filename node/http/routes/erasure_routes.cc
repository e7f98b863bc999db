// SPDX-License-Identifier: Apache-2.0
#include "http/routes/erasure_routes.h"

#include "dure/encoding.h"
#include "http/routes/problems.h"

namespace dure::node::http {

void add_erasure_routes(Router& router, FindReceipt find) {
  router.add("GET", "/federation/receipts/{hash}/{index}",
             [find = std::move(find)](const Request&, const PathArguments& path) {
               const auto index = parse_decimal(path[1]);
               if (!index)
                 return problem_of({ErrorCode::kNotFound, "this is not the index of an entry"});
               auto receipt = find(path[0], *index);
               if (!receipt) return problem_of(receipt.error());
               const auto hash = sha256({*receipt});
               auto response = make_response(200, "text/plain; charset=utf-8", *std::move(receipt));
               response.headers = {{"Cache-Control", "no-cache"},
                                   {"ETag", '"' + hex_encode(as_view(hash).substr(0, 16)) + '"'}};
               return response;
             });
}

}  // namespace dure::node::http
