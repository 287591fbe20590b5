#include <chrono>
#include <cstdio>
#include <thread>
#include <vector>

#include "peer.h"

namespace peer {
namespace {

using grpc::ServerContext;
using grpc::Status;

void EchoMetadata(ServerContext* context) {
    for (const auto& [key, value] : context->client_metadata()) {
        const std::string name(key.data(), key.size()), text(value.data(), value.size());
        if (name == kInitialKey) context->AddInitialMetadata(name, text);
        if (name == kTrailingKey) context->AddTrailingMetadata(name, text);
    }
}

Status Wanted(const EchoStatus& status) { return Status(static_cast<grpc::StatusCode>(status.code()), status.message()); }

/// Whether a request came as it says; the flags are those of the message that was read last.
template <typename Request>
bool IsAsExpected(const Request& request, const ServerContext& context) {
    return !request.has_expect_compressed() ||
           request.expect_compressed().value() == InteropServerContextInspector::WasCompressed(context);
}

const Status kNotAsExpected(grpc::StatusCode::INVALID_ARGUMENT, "the request is not compressed as it says");

template <typename Stream>
bool Answer(const StreamingOutputCallRequest& request, Stream* stream) {
    for (const auto& wanted : request.response_parameters()) {
        std::this_thread::sleep_for(std::chrono::microseconds(wanted.interval_us()));
        StreamingOutputCallResponse response;
        response.mutable_payload()->set_body(std::string(wanted.size(), '\0'));
        grpc::WriteOptions options;
        if (!wanted.compressed().value()) options.set_no_compression();
        if (!stream->Write(response, options)) return false;
    }
    return true;
}

class Service final : public TestService::Service {
    Status EmptyCall(ServerContext* context, const Empty*, Empty*) override {
        EchoMetadata(context);
        return Status::OK;
    }

    Status UnaryCall(ServerContext* context, const SimpleRequest* request, SimpleResponse* response) override {
        if (!IsAsExpected(*request, *context)) return kNotAsExpected;
        EchoMetadata(context);
        if (request->response_status().code() != 0) return Wanted(request->response_status());
        if (request->response_compressed().value()) context->set_compression_algorithm(GRPC_COMPRESS_GZIP);
        response->mutable_payload()->set_body(std::string(request->response_size(), '\0'));
        return Status::OK;
    }

    Status StreamingOutputCall(ServerContext* context, const StreamingOutputCallRequest* request,
                               grpc::ServerWriter<StreamingOutputCallResponse>* stream) override {
        EchoMetadata(context);
        for (const auto& wanted : request->response_parameters()) {
            if (wanted.compressed().value()) context->set_compression_algorithm(GRPC_COMPRESS_GZIP);
        }
        Answer(*request, stream);
        return Wanted(request->response_status());
    }

    Status StreamingInputCall(ServerContext* context, grpc::ServerReader<StreamingInputCallRequest>* stream,
                              StreamingInputCallResponse* response) override {
        StreamingInputCallRequest request;
        int total = 0;
        while (stream->Read(&request)) {
            if (!IsAsExpected(request, *context)) return kNotAsExpected;
            total += static_cast<int>(request.payload().body().size());
        }
        response->set_aggregated_payload_size(total);
        return Status::OK;
    }

    Status FullDuplexCall(ServerContext* context,
                          grpc::ServerReaderWriter<StreamingOutputCallResponse, StreamingOutputCallRequest>* stream) override {
        EchoMetadata(context);
        StreamingOutputCallRequest request;
        while (stream->Read(&request)) {
            if (request.response_status().code() != 0) return Wanted(request.response_status());
            if (!Answer(request, stream)) break;
        }
        return Status::OK;
    }

    Status HalfDuplexCall(ServerContext* context,
                          grpc::ServerReaderWriter<StreamingOutputCallResponse, StreamingOutputCallRequest>* stream) override {
        EchoMetadata(context);
        std::vector<StreamingOutputCallRequest> requests;
        StreamingOutputCallRequest request;
        while (stream->Read(&request)) requests.push_back(request);
        for (const auto& each : requests) Answer(each, stream);
        return Status::OK;
    }
};

}  // namespace

int Serve(const std::string& folder) {
    auto credentials = grpc::InsecureServerCredentials();
    if (!folder.empty()) {
        grpc::SslServerCredentialsOptions options(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
        options.pem_root_certs = Read(folder + "/root.pem");
        options.pem_key_cert_pairs.push_back({Read(folder + "/key.pem"), Read(folder + "/chain.pem")});
        credentials = grpc::SslServerCredentials(options);
    }
    Service service;
    int port = 0;
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", credentials, &port);
    builder.RegisterService(&service);
    const auto server = builder.BuildAndStart();
    if (server == nullptr || port == 0) return 1;
    std::printf("%d\n", port);
    std::fflush(stdout);
    server->Wait();
    return 0;
}

}  // namespace peer
