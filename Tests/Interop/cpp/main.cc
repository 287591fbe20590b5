// gRPC's interoperability tests on gRPC C++.
//
// usage: peer serve [DIR]       serves on a free port of 127.0.0.1 and prints it
//        peer call PORT [DIR]   prints `ok CASE` or `failed CASE: WHY` for each case, then `done`
//
// DIR holds root.pem, chain.pem and key.pem: mutual TLS. Ends by itself after 280 s: a fault must not leave a process behind.
#include <unistd.h>

#include <cstdio>

#include "peer.h"

int main(int argc, char** argv) {
    alarm(280);
    const std::string mode = argc > 1 ? argv[1] : "";
    if (mode == "serve") return peer::Serve(argc > 2 ? argv[2] : "");
    if (mode == "call" && argc > 2) return peer::Call(argv[2], argc > 3 ? argv[3] : "");
    std::fprintf(stderr, "usage: peer serve [DIR] | peer call PORT [DIR]\n");
    return 2;
}
