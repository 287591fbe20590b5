import InteropMessages
import SampanAPI
import SampanRPC
import SampanTransport

/// The server that a case is run against.
struct InteropServer: Sendable {
    /// Calls of a soak test.
    let soakIterations: Int
    /// Whether the server is asked to refuse a request whose compression is not what it says.
    let probesCompression: Bool
    /// A channel of its own.
    let connect: @Sendable () -> ClientChannel

    init(soakIterations: Int, probesCompression: Bool, connect: @escaping @Sendable () -> ClientChannel) {
        self.soakIterations = soakIterations
        self.probesCompression = probesCompression
        self.connect = connect
    }

    /// Runs a case over a channel of its own, and closes it.
    func withChannel(_ body: (ClientChannel) async throws -> Void) async throws {
        let channel = connect()
        let result: Result<Void, any Error>
        do { result = .success(try await body(channel)) } catch { result = .failure(error) }
        await channel.shutdown(grace: .zero)
        try result.get()
    }
}

/// A server that did not do what a case asks of it.
struct InteropFailure: Error, CustomStringConvertible {
    let description: String
}

/// Says what is wrong unless it holds.
func require(_ condition: Bool, _ message: @autoclosure () -> String) throws {
    guard condition else { throw InteropFailure(description: message()) }
}

/// The status that a body has to end with.
func requireFailure(_ code: StatusCode, _ message: String? = nil, _ body: () async throws -> Void) async throws {
    do {
        try await body()
    } catch let error as RPCError {
        try require(error.code == code, "\(error), not \(code)")
        guard let message else { return }
        try require(error.message == message, "the message \(error.message.debugDescription), not \(message.debugDescription)")
        return
    }
    throw InteropFailure(description: "OK, not \(code)")
}
