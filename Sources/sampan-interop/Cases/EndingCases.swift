import InteropMessages
import SampanAPI
import SampanRPC

/// Calls that the client ends before the server does.
enum EndingCases {
    static func cancelAfterBegin(_ caller: any Caller) async throws {
        let stream = try await caller.open(GRPCTesting.TestServiceMethods.streamingInputCall, .defaults)
        stream.cancel()
        try await requireFailure(.cancelled) { _ = try await stream.next() }
    }

    static func cancelAfterFirstResponse(_ caller: any Caller) async throws {
        try await requireFailure(.cancelled) {
            try await GRPCTesting.TestServiceClient(caller).fullDuplexCall { requests, responses in
                try await requests.send(StreamCases.request([(31_415, nil)], payload: 27_182))
                try Wanted.check(try await responses.next()?.payload, 31_415)
                responses.cancel()
                _ = try await responses.next()
            }
        }
    }

    static func timeoutOnSleepingServer(_ caller: any Caller) async throws {
        try await requireFailure(.deadlineExceeded) {
            let options = CallOptions(timeout: .milliseconds(1))
            try await GRPCTesting.TestServiceClient(caller).fullDuplexCall(options: options) { requests, responses in
                // The call may be over before it takes a message: what counts is its status.
                do { try await requests.send(StreamCases.request([], payload: 27_182)) } catch {}
                while try await responses.next() != nil {}
            }
        }
    }
}
