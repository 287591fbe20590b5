#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "peer.h"

namespace peer {
namespace {

using grpc::ClientContext;
using grpc::Status;
using grpc::StatusCode;

void Require(bool condition, const std::string& what) {
    if (!condition) throw std::runtime_error(what);
}

void RequireStatus(const Status& status, StatusCode code, const char* message = nullptr) {
    Require(status.error_code() == code, "status " + std::to_string(status.error_code()) + ": " + status.error_message());
    if (message != nullptr) Require(status.error_message() == message, "message " + status.error_message());
}

void RequireZeros(const Payload& payload, size_t size) {
    Require(payload.body() == std::string(size, '\0'), "a payload of " + std::to_string(payload.body().size()) + " bytes");
}

SimpleRequest Simple() {
    SimpleRequest request;
    request.set_response_size(314159);
    request.mutable_payload()->set_body(std::string(271828, '\0'));
    return request;
}

StreamingInputCallRequest Input(size_t size) {
    StreamingInputCallRequest request;
    request.mutable_payload()->set_body(std::string(size, '\0'));
    return request;
}

StreamingOutputCallRequest Output(const std::vector<int>& sizes, size_t payload = 0) {
    StreamingOutputCallRequest request;
    for (int size : sizes) request.add_response_parameters()->set_size(size);
    request.mutable_payload()->set_body(std::string(payload, '\0'));
    return request;
}

/// The cases on one channel.
class Cases {
   public:
    explicit Cases(std::function<std::shared_ptr<grpc::Channel>()> connect)
        : connect_(std::move(connect)), channel_(connect_()), stub_(TestService::NewStub(channel_)) {}

    void EmptyUnary() {
        ClientContext context;
        Empty response;
        RequireStatus(stub_->EmptyCall(&context, Empty(), &response), StatusCode::OK);
    }

    void LargeUnary() { Unary(stub_.get(), Simple()); }

    void ClientCompressedUnary() {
        auto request = Simple();
        request.mutable_expect_compressed()->set_value(true);
        ClientContext probe;
        SimpleResponse response;
        RequireStatus(stub_->UnaryCall(&probe, request, &response), StatusCode::INVALID_ARGUMENT);
        Unary(stub_.get(), request, true);
        request.mutable_expect_compressed()->set_value(false);
        Unary(stub_.get(), request);
    }

    void ServerCompressedUnary() {
        for (bool compressed : {true, false}) {
            auto request = Simple();
            request.mutable_response_compressed()->set_value(compressed);
            ClientContext context;
            SimpleResponse response;
            RequireStatus(stub_->UnaryCall(&context, request, &response), StatusCode::OK);
            RequireZeros(response.payload(), 314159);
            Require(InteropClientContextInspector::WasCompressed(context) == compressed, "the answer is not compressed as asked");
        }
    }

    void ClientCompressedStreaming() {
        auto first = Input(27182), second = Input(45904);
        first.mutable_expect_compressed()->set_value(true);
        second.mutable_expect_compressed()->set_value(false);
        {
            ClientContext context;
            StreamingInputCallResponse response;
            auto stream = stub_->StreamingInputCall(&context, &response);
            stream->Write(first);
            stream->WritesDone();
            RequireStatus(stream->Finish(), StatusCode::INVALID_ARGUMENT);
        }
        ClientContext context;
        context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
        StreamingInputCallResponse response;
        auto stream = stub_->StreamingInputCall(&context, &response);
        Require(stream->Write(first), "the first message was not taken");
        Require(stream->Write(second, grpc::WriteOptions().set_no_compression()), "the second message was not taken");
        stream->WritesDone();
        RequireStatus(stream->Finish(), StatusCode::OK);
        Require(response.aggregated_payload_size() == 73086, "a wrong sum");
    }

    void ServerCompressedStreaming() {
        auto request = Output({31415, 92653});
        request.mutable_response_parameters(0)->mutable_compressed()->set_value(true);
        request.mutable_response_parameters(1)->mutable_compressed()->set_value(false);
        ClientContext context;
        auto stream = stub_->StreamingOutputCall(&context, request);
        StreamingOutputCallResponse response;
        for (const auto& wanted : request.response_parameters()) {
            Require(stream->Read(&response), "an answer too few");
            RequireZeros(response.payload(), wanted.size());
            Require(InteropClientContextInspector::WasCompressed(context) == wanted.compressed().value(), "not compressed as asked");
        }
        Require(!stream->Read(&response), "an answer too many");
        RequireStatus(stream->Finish(), StatusCode::OK);
    }

    void ClientStreaming() {
        ClientContext context;
        StreamingInputCallResponse response;
        auto stream = stub_->StreamingInputCall(&context, &response);
        for (size_t size : {27182, 8, 1828, 45904}) Require(stream->Write(Input(size)), "a message was not taken");
        stream->WritesDone();
        RequireStatus(stream->Finish(), StatusCode::OK);
        Require(response.aggregated_payload_size() == 74922, "a wrong sum");
    }

    void ServerStreaming() {
        const std::vector<int> sizes{31415, 9, 2653, 58979};
        ClientContext context;
        auto stream = stub_->StreamingOutputCall(&context, Output(sizes));
        StreamingOutputCallResponse response;
        for (int size : sizes) {
            Require(stream->Read(&response), "an answer too few");
            RequireZeros(response.payload(), size);
        }
        Require(!stream->Read(&response), "an answer too many");
        RequireStatus(stream->Finish(), StatusCode::OK);
    }

    void PingPong() {
        ClientContext context;
        auto stream = stub_->FullDuplexCall(&context);
        StreamingOutputCallResponse response;
        for (auto [size, payload] : {std::pair{31415, 27182}, {9, 8}, {2653, 1828}, {58979, 45904}}) {
            Require(stream->Write(Output({size}, payload)), "a message was not taken");
            Require(stream->Read(&response), "no answer");
            RequireZeros(response.payload(), size);
        }
        stream->WritesDone();
        Require(!stream->Read(&response), "an answer too many");
        RequireStatus(stream->Finish(), StatusCode::OK);
    }

    void EmptyStream() {
        ClientContext context;
        auto stream = stub_->FullDuplexCall(&context);
        stream->WritesDone();
        StreamingOutputCallResponse response;
        Require(!stream->Read(&response), "an answer to nothing");
        RequireStatus(stream->Finish(), StatusCode::OK);
    }

    void CustomMetadata() {
        for (bool streams : {false, true}) {
            ClientContext context;
            context.AddMetadata(kInitialKey, "test_initial_metadata_value");
            context.AddMetadata(kTrailingKey, "\xab\xab\xab");
            if (streams) {
                auto stream = stub_->FullDuplexCall(&context);
                Require(stream->Write(Output({314159}, 271828)), "a message was not taken");
                stream->WritesDone();
                StreamingOutputCallResponse response;
                while (stream->Read(&response)) RequireZeros(response.payload(), 314159);
                RequireStatus(stream->Finish(), StatusCode::OK);
            } else {
                SimpleResponse response;
                RequireStatus(stub_->UnaryCall(&context, Simple(), &response), StatusCode::OK);
            }
            const auto initial = context.GetServerInitialMetadata().find(kInitialKey);
            const auto trailing = context.GetServerTrailingMetadata().find(kTrailingKey);
            Require(initial != context.GetServerInitialMetadata().end() && initial->second == "test_initial_metadata_value", "initial");
            Require(trailing != context.GetServerTrailingMetadata().end() && trailing->second == "\xab\xab\xab", "trailing");
        }
    }

    void StatusCodeAndMessage() {
        FailingUnary("test status message");
        ClientContext context;
        auto stream = stub_->FullDuplexCall(&context);
        StreamingOutputCallRequest request;
        request.mutable_response_status()->set_code(2);
        request.mutable_response_status()->set_message("test status message");
        Require(stream->Write(request), "the message was not taken");
        stream->WritesDone();
        StreamingOutputCallResponse response;
        while (stream->Read(&response)) {}
        RequireStatus(stream->Finish(), StatusCode::UNKNOWN, "test status message");
    }

    void SpecialStatusMessage() { FailingUnary("\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \U0001F608\t\n"); }

    void UnimplementedMethod() {
        ClientContext context;
        Empty response;
        RequireStatus(stub_->UnimplementedCall(&context, Empty(), &response), StatusCode::UNIMPLEMENTED);
    }

    void UnimplementedServiceCase() {
        ClientContext context;
        Empty response;
        auto stub = UnimplementedService::NewStub(channel_);
        RequireStatus(stub->UnimplementedCall(&context, Empty(), &response), StatusCode::UNIMPLEMENTED);
    }

    void CancelAfterBegin() {
        ClientContext context;
        StreamingInputCallResponse response;
        auto stream = stub_->StreamingInputCall(&context, &response);
        context.TryCancel();
        RequireStatus(stream->Finish(), StatusCode::CANCELLED);
    }

    void CancelAfterFirstResponse() {
        ClientContext context;
        auto stream = stub_->FullDuplexCall(&context);
        StreamingOutputCallResponse response;
        Require(stream->Write(Output({31415}, 27182)) && stream->Read(&response), "no answer");
        RequireZeros(response.payload(), 31415);
        context.TryCancel();
        RequireStatus(stream->Finish(), StatusCode::CANCELLED);
    }

    void TimeoutOnSleepingServer() {
        ClientContext context;
        context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(1));
        auto stream = stub_->FullDuplexCall(&context);
        stream->Write(Output({}, 27182));
        RequireStatus(stream->Finish(), StatusCode::DEADLINE_EXCEEDED);
    }

    void RpcSoak() {
        for (int count = 0; count < 10; ++count) LargeUnary();
    }

    void ChannelSoak() {
        for (int count = 0; count < 10; ++count) Unary(TestService::NewStub(connect_()).get(), Simple());
    }

   private:
    static void Unary(TestService::Stub* stub, const SimpleRequest& request, bool compresses = false) {
        ClientContext context;
        if (compresses) context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
        SimpleResponse response;
        RequireStatus(stub->UnaryCall(&context, request, &response), StatusCode::OK);
        RequireZeros(response.payload(), 314159);
    }

    void FailingUnary(const char* message) {
        ClientContext context;
        SimpleRequest request;
        request.mutable_response_status()->set_code(2);
        request.mutable_response_status()->set_message(message);
        SimpleResponse response;
        RequireStatus(stub_->UnaryCall(&context, request, &response), StatusCode::UNKNOWN, message);
    }

    std::function<std::shared_ptr<grpc::Channel>()> connect_;
    std::shared_ptr<grpc::Channel> channel_;
    std::unique_ptr<TestService::Stub> stub_;
};

const std::vector<std::pair<const char*, void (Cases::*)()>> kCases = {
    {"empty_unary", &Cases::EmptyUnary},
    {"large_unary", &Cases::LargeUnary},
    {"client_compressed_unary", &Cases::ClientCompressedUnary},
    {"server_compressed_unary", &Cases::ServerCompressedUnary},
    {"client_compressed_streaming", &Cases::ClientCompressedStreaming},
    {"server_compressed_streaming", &Cases::ServerCompressedStreaming},
    {"client_streaming", &Cases::ClientStreaming},
    {"server_streaming", &Cases::ServerStreaming},
    {"ping_pong", &Cases::PingPong},
    {"empty_stream", &Cases::EmptyStream},
    {"custom_metadata", &Cases::CustomMetadata},
    {"status_code_and_message", &Cases::StatusCodeAndMessage},
    {"special_status_message", &Cases::SpecialStatusMessage},
    {"unimplemented_method", &Cases::UnimplementedMethod},
    {"unimplemented_service", &Cases::UnimplementedServiceCase},
    {"cancel_after_begin", &Cases::CancelAfterBegin},
    {"cancel_after_first_response", &Cases::CancelAfterFirstResponse},
    {"timeout_on_sleeping_server", &Cases::TimeoutOnSleepingServer},
    {"rpc_soak", &Cases::RpcSoak},
    {"channel_soak", &Cases::ChannelSoak},
};

}  // namespace

int Call(const std::string& port, const std::string& folder) {
    auto credentials = grpc::InsecureChannelCredentials();
    if (!folder.empty()) {
        grpc::SslCredentialsOptions options;
        options.pem_root_certs = Read(folder + "/root.pem");
        options.pem_private_key = Read(folder + "/key.pem");
        options.pem_cert_chain = Read(folder + "/chain.pem");
        credentials = grpc::SslCredentials(options);
    }
    int number = 0;
    Cases cases([&] {
        grpc::ChannelArguments arguments;
        arguments.SetInt("sampan.channel", ++number);  // Channels with equal arguments would share a connection.
        return grpc::CreateCustomChannel("localhost:" + port, credentials, arguments);
    });
    for (const auto& [name, body] : kCases) {
        try {
            (cases.*body)();
            std::printf("ok %s\n", name);
        } catch (const std::exception& error) {
            std::printf("failed %s: %s\n", name, error.what());
        }
        std::fflush(stdout);
    }
    std::printf("done\n");
    return 0;
}

}  // namespace peer
