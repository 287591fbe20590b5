// Shared by both sides of the C++ peer: what is on the wire, seen through the doors that gRPC C++ keeps open for its own
// interoperability tests (friend classes of the two contexts, and functions of the core with `test_only` in their names).
#pragma once

#include <grpcpp/grpcpp.h>

#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "grpc/testing/test.grpc.pb.h"

extern "C++" {
uint32_t grpc_call_test_only_get_message_flags(grpc_call* call);
}

namespace grpc {
namespace testing {

// GRPC_WRITE_INTERNAL_TEST_ONLY_WAS_COMPRESSED of gRPC's core: its decompression filter sets it on what it has inflated.
constexpr uint32_t kCompressedFlag = 0x40000000u;

class InteropClientContextInspector {
   public:
    static bool WasCompressed(const grpc::ClientContext& context) {
        return grpc_call_test_only_get_message_flags(context.call_) & kCompressedFlag;
    }
};

class InteropServerContextInspector {
   public:
    static bool WasCompressed(const grpc::ServerContext& context) {
        return grpc_call_test_only_get_message_flags(context.call_.call) & kCompressedFlag;
    }
};

}  // namespace testing
}  // namespace grpc

namespace peer {

using namespace grpc::testing;

constexpr char kInitialKey[] = "x-grpc-test-echo-initial";
constexpr char kTrailingKey[] = "x-grpc-test-echo-trailing-bin";

inline std::string Read(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

int Serve(const std::string& folder);
int Call(const std::string& port, const std::string& folder);

}  // namespace peer
