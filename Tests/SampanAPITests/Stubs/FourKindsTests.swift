import SampanAPI
import SampanProtobuf
import SampanRPC
import SampanTestMessages
import Testing

@Suite("Generated stubs, all four kinds of calls")
struct FourKindsTests {
    let caller = InMemoryCaller(FourKinds())
    var client: TestV1.FourKindsServiceClient { TestV1.FourKindsServiceClient(caller) }

    @Test("one there, one back")
    func unary() async throws {
        #expect(try await client.do(TestV1.Small(payload: [1, 2], number: 41)) == TestV1.Small(payload: [1, 2], number: 42))
    }

    @Test("metadata of a unary answer")
    func unaryMetadata() async throws {
        var options = CallOptions()
        try options.metadata.append("v", for: "k")
        let reply: Reply<TestV1.Small> = try await caller.unary(TestV1.FourKindsServiceMethods.do, TestV1.Small(number: 1), options)
        #expect(reply.message.number == 2)
        #expect(reply.initialMetadata[ascii: "k"] == "v")
    }

    @Test("a handler's error arrives with its details")
    func unaryError() async throws {
        let error = await #expect(throws: RPCError.self) { try await client.do(TestV1.Small(number: -1)) }
        #expect(error?.code == .invalidArgument)
        #expect(error?.badRequest?.fieldViolations.first?.field == "number")
    }

    @Test("one there, many back", arguments: [Int32(0), 1, 100])
    func serverStreaming(count: Int32) async throws {
        var numbers: [Int32] = []
        for try await message in try await client.watch(TestV1.Small(number: count)) { numbers.append(message.number) }
        #expect(numbers == Array(0..<count))
        #expect(caller.cancellations.value == 0)
    }

    @Test("a status that is not OK ends the stream by throwing, after the messages before it")
    func serverStreamingError() async throws {
        let stream = try await client.watch(TestV1.Small(payload: [1], number: 2))
        #expect(try await stream.next()?.number == 0)
        #expect(try await stream.next()?.number == 1)
        let error = await #expect(throws: RPCError.self) { try await stream.next() }
        #expect(error?.code == .dataLoss)
    }

    @Test("leaving the loop early cancels the call")
    func abandoned() async throws {
        for try await _ in try await client.watch(TestV1.Small(number: 10)) { break }
        #expect(caller.cancellations.value == 1)
    }

    @Test("many there, one back")
    func clientStreaming() async throws {
        let sum = try await client.collect { writer in
            for number in Int32(1)...10 { try await writer.send(TestV1.Small(payload: [7], number: number)) }
        }
        #expect(sum == TestV1.Small(payload: [UInt8](repeating: 7, count: 10), number: 55))
    }

    @Test("an error of the producing closure cancels the call and is thrown on")
    func clientStreamingError() async throws {
        struct Own: Error {}
        await #expect(throws: Own.self) { try await client.collect { _ in throw Own() } }
        #expect(caller.cancellations.value == 1)
    }

    @Test("many each way, in turns")
    func bidirectional() async throws {
        let answers = try await client.chat { writer, stream in
            var answers: [Int32] = []
            for number in Int32(1)...5 {
                try await writer.send(TestV1.Small(number: number))
                answers.append(try await stream.next()?.number ?? 0)
            }
            await writer.finish()
            #expect(try await stream.next() == nil)
            return answers
        }
        #expect(answers == [-1, -2, -3, -4, -5])
        #expect(caller.cancellations.value == 0)
    }

    @Test("rpcs named by keywords")
    func keywords() async throws {
        #expect(try await client.init_(GoogleProtobuf.Empty()) == GoogleProtobuf.Empty())
        #expect(try await client.default(.init(protocol: 1)) == TestV1.Empty())
    }

    @Test("method constants say what the contract says")
    func methods() {
        typealias Methods = TestV1.FourKindsServiceMethods
        #expect(Methods.do.path == "/sampan.test.v1.FourKindsService/Do")
        #expect(Methods.all.map(\.kind) == [.unary, .serverStreaming, .clientStreaming, .bidirectionalStreaming, .unary, .unary])
        #expect(Methods.do.idempotency == .idempotent)
        #expect(Methods.watch.idempotency == .noSideEffects)
        #expect(Methods.chat.idempotency == .unknown)
        #expect(FourKinds().methodHandlers.map(\.method) == Methods.all)
    }

    @Test("a request that is no such message is answered with INTERNAL, one past a limit with RESOURCE_EXHAUSTED")
    func badRequests() async throws {
        let deep = (0..<70).reduce([UInt8]()) { inner, _ in [0x2A] + lengthPrefixed(inner) }
        for (bytes, code) in [([0x0A, 0x05], StatusCode.internal), ([0x00], .internal)] as [([UInt8], StatusCode)] {
            let error = await #expect(throws: RPCError.self) {
                try await caller.unary(TestV1.FourKindsServiceMethods.do, FramedMessage(payload: bytes), .defaults)
            }
            #expect(error?.code == code)
        }
        let echo = MethodHandler.unary(TestV1.FourKindsServiceMethods.do) { (leaf: TestV1.Leaf, _) in leaf }
        guard case .unary(let body) = echo.body else { return }
        let context = CallContext(
            method: echo.method, peer: Peer(address: "memory"), requestMetadata: Metadata(), deadline: .now + .seconds(1))
        let error = await #expect(throws: RPCError.self) { try await body(deep, context) }
        #expect(error?.code == .resourceExhausted)
    }

    private func lengthPrefixed(_ bytes: [UInt8]) -> [UInt8] {
        (bytes.count < 128 ? [UInt8(bytes.count)] : [UInt8(bytes.count & 0x7F) | 0x80, UInt8(bytes.count >> 7)]) + bytes
    }
}
