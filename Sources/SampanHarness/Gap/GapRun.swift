internal import Foundation
internal import SampanProcess
internal import SampanSiege
internal import SampanTestSupport
internal import SampanTransport

/// A region with its inside behind a firewall, looked at while requests flow. Runs in a network namespace of its own: `GapProof` starts it.
package struct GapRun: Sendable {
    /// Exit code where the kernel does not allow it, as of `shaped-link`.
    package static let notPermitted: Int32 = 77

    private let directory: String
    private let programs: String
    private let seconds: Int

    private static let rate = 50
    private static let workers = 3
    /// Where the canary listens inside.
    private static let canaryPort: UInt16 = 50_051

    package init(directory: String, programs: String, seconds: Int) {
        (self.directory, self.programs, self.seconds) = (directory, programs, seconds)
    }

    /// Prints what was seen, and a figure last. Returns the exit code.
    package func run() async throws -> Int32 {
        let gap = try await GapNamespaces.make()
        var options = RegionOptions()
        options.host = GapNamespaces.outside
        options.insideLauncher = gap.insideLauncher
        let region = try Region(directory: directory, programs: programs, workers: Self.workers, faults: nil, options: options)
        do {
            try await gap.close(butFor: region.gatewayPort)
        } catch let refusal as GapRefusal {
            print(refusal.reason)
            return Self.notPermitted
        }
        do {
            try await region.start()
            let isGood = try await look(region, gap)
            await region.stop()
            return isGood ? 0 : 1
        } catch {
            await region.stop()
            throw error
        }
    }

    private func look(_ region: Region, _ gap: GapNamespaces) async throws -> Bool {
        let load = try RegionLoad(region, prefix: "gap")
        let looks = Task { try await GapLooks.take(region, gap) }
        let latencies: Latencies
        do {
            latencies = try await load.run(rate: Self.rate, seconds: seconds)
        } catch {
            looks.cancel()
            throw error
        }
        looks.cancel()
        let seen = try await looks.value
        await load.close()
        print(
            "\(latencies.count) requests posted, p99 \(latencies.percentile(99)?.shown ?? "-"); \(seen.count) looks at the kernel's tables")
        let attempts = try await attack(seen.insidePorts)
        let canary = try await canary(region, gap)
        let counters = try await gap.counters()
        print("the firewall let \(counters.opened) connections through from the inside, and refused \(counters.refused) from outside")
        var faults = seen.faults + attempts.faults + canary
        if counters.opened < Self.workers { faults.append("the workers' connections did not pass the firewall") }
        if counters.refused < attempts.count { faults.append("\(attempts.count) attempts, and the firewall refused \(counters.refused)") }
        for fault in faults.prefix(10) { print(fault) }
        print(
            "\(latencies.count) requests over \(counters.opened) connections, all opened by the inside; \(seen.listeners) listening sockets "
                + "inside in \(seen.count) looks; \(attempts.count) of \(attempts.count) connects from outside refused"
                + (faults.isEmpty ? "" : "; \(faults.count) faults"))
        return faults.isEmpty
    }

    /// Connects from outside to every port that the inside has used, and to those that services have.
    private func attack(_ used: Set<UInt16>) async throws -> (count: Int, faults: [String]) {
        let ports = used.union([22, 80, 443, 1_433, 1_521, 3_306, 5_432, 6_379, 7_443, 8_080, 9_464])
        let open = try await Self.open(ports.sorted())
        return (ports.count, open.map { "the inside takes connections at port \($0)" })
    }

    private static func open(_ ports: [UInt16]) async throws -> [UInt16] {
        try await RawSocket.onThread {
            ports.filter { port in SocketAddress(host: GapNamespaces.inside, port: port).flatMap { RawSocket(to: $0) } != nil }
        }
    }

    /// A listener put inside: the tables show it, the inside itself reaches it, and from outside it is refused all the same. So the looks
    /// would have seen one, and the firewall would have kept it.
    private func canary(_ region: Region, _ gap: GapNamespaces) async throws -> [String] {
        let python = "/usr/bin/python3"
        let serve =
            "import socket,time; s=socket.create_server((\"0.0.0.0\",\(Self.canaryPort))); print(\"ready\",flush=True); time.sleep(60)"
        let command = gap.insideLauncher + [python, "-c", serve]
        let listener = ManagedProcess(
            name: "canary", program: command[0], arguments: Array(command.dropFirst()), logFile: "\(directory)/canary.log")
        try await listener.start()
        var faults: [String] = []
        if try !SocketTable(of: gap.insideProcess).tcp.contains(where: { $0.isListening && $0.local.port == Self.canaryPort }) {
            faults.append("the looks do not see a listener inside")
        }
        let connect = "import socket; socket.create_connection((\"\(GapNamespaces.inside)\",\(Self.canaryPort)),5)"
        let own = gap.insideLauncher + [python, "-c", connect]
        if try await FinishedProgram.run(own[0], Array(own.dropFirst()), timeout: .seconds(30)).status != 0 {
            faults.append("the listener inside does not listen")
        }
        if try await !Self.open([Self.canaryPort]).isEmpty { faults.append("the firewall lets the outside in") }
        await listener.stop()
        return faults
    }
}
