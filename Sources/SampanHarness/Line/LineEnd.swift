internal import Foundation
internal import SampanRPC
internal import SampanTransport

/// One end of a line: the program that `LineRateProof` runs in each namespace.
package struct LineEnd: Sendable {
    package enum Direction: String, Sendable, CaseIterable { case down, up }

    /// Folder with `trust.pem`, and certificate and key of each end.
    package let directory: String
    package let ramp: Duration
    package let interval: Duration
    /// Windows stay as they begin: what the line would carry without growth.
    package let hasFixedWindows: Bool

    static let trustDomain = "line.test"

    package init(directory: String, ramp: Duration, interval: Duration, hasFixedWindows: Bool) {
        self.directory = directory
        self.ramp = ramp
        self.interval = interval
        self.hasFixedWindows = hasFixedWindows
    }

    /// Serves until the process is killed.
    package func serve() async throws {
        let group = try EventLoopGroup(count: 1)
        var configuration = ServerConfiguration()
        if hasFixedWindows { configuration.maximumStreamWindowBytes = Int(configuration.initialStreamWindowBytes) }
        let server = try GRPCServer(
            group: group, services: [LineService(ramp: ramp, interval: interval)], configuration: configuration,
            credentials: try credentials("server"))
        guard let address = SocketAddress(host: try Self.address.host, port: try Self.address.port) else {
            throw HarnessError("LINE_ADDRESS is no numeric address")
        }
        _ = try await server.listen(on: address)
        try await Task.sleep(for: .seconds(3_600))
    }

    /// Fills the line in one direction, and prints what the receiver saw: Mbit/s in the ramp, and after it.
    package func call(_ direction: Direction) async throws {
        let group = try EventLoopGroup(count: 1)
        var configuration = ChannelConfiguration()
        if hasFixedWindows { configuration.maximumStreamWindowBytes = Int(configuration.initialStreamWindowBytes) }
        let channel = try ClientChannel(
            group: group, host: try Self.address.host, port: try Self.address.port, credentials: try credentials("client"),
            configuration: configuration)
        let options = CallOptions(timeout: ramp + interval + .seconds(30), waitForReady: true)
        switch direction {
        case .down: print(try await down(channel, options))
        case .up: print(try await up(channel, options))
        }
        await channel.shutdown(grace: .zero)
        await group.shutdown()
    }

    private func down(_ channel: ClientChannel, _ options: CallOptions) async throws -> String {
        let stream = try await channel.open(LineService.down, options)
        // Stock gRPC servers insist on the one request.
        try await stream.send(FramedMessage(payload: []))
        await stream.finish()
        var meter = LineMeter(ramp: ramp, interval: interval)
        while let message = try await stream.next(), meter.take(message.count, at: .now) {}
        stream.cancel()
        return meter.text
    }

    private func up(_ channel: ClientChannel, _ options: CallOptions) async throws -> String {
        let stream = try await channel.open(LineService.up, options)
        let sending = Task {
            let message = try FramedMessage(payload: [UInt8](repeating: 7, count: LineService.messageBytes))
            // Until the server has seen enough and ends the call.
            while true { try await stream.send(message) }
        }
        defer { sending.cancel() }
        guard let answer = try await stream.next() else { throw HarnessError("the server measured nothing") }
        return String(decoding: answer, as: UTF8.self)
    }

    private func credentials(_ name: String) throws -> NodeCredentials {
        try NodeCredentials(
            certificateFile: "\(directory)/\(name).pem", keyFile: "\(directory)/\(name).key", trustFile: "\(directory)/trust.pem",
            trustDomain: Self.trustDomain)
    }

    /// Where the server is, as `shaped-link` says.
    private static var address: (host: String, port: UInt16) {
        get throws {
            let text = ProcessInfo.processInfo.environment["LINE_ADDRESS"] ?? ""
            let parts = text.split(separator: ":")
            guard parts.count == 2, let port = UInt16(parts[1]) else { throw HarnessError("run this below shaped-link") }
            return (String(parts[0]), port)
        }
    }
}
