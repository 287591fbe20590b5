internal import SampanAPI
internal import SampanMesh
internal import SampanRPC
internal import SampanTestSupport

/// `authority-crash`: the authority and nodes are killed at every step of rollovers, and everything goes on where it was.
package struct AuthorityCrashProof: Proof {
    package static let name = "authority-crash"
    package static let promise =
        "kill -9 of the authority and of nodes at every step of a rollover: it goes on, nothing is lost, the journal verifies"

    private let options: TrafficRegion.Options
    private let rollovers: Int
    private let seed: UInt64

    package init(quick: Bool, seed: UInt64?) {
        var options = TrafficRegion.Options()
        options.members = quick ? 3 : 6
        options.pauseMicroseconds = 20_000
        options.haste = 5
        self.options = options
        rollovers = quick ? 2 : 20
        self.seed = seed ?? .random(in: 0 ... .max)
    }

    package func run(programs: String) async throws -> Verdict {
        print("seed \(seed)")
        return try await TrafficRegion.run(Self.name, programs: programs, options: options) { region in
            var crashes = Crashes(random: SeededRandom(seed: seed))
            for number in 1...rollovers {
                let kind: TrustV1.RolloverKind = number % 2 == 0 ? .root : .issuer
                try await roll(kind, region, &crashes)
                try await check(region, &crashes)
                print("\(number) rollovers, \(crashes.platform) kills of the authority, \(crashes.nodes) of nodes")
            }
            let isGood = crashes.faults.isEmpty && crashes.platform >= rollovers * TrustAdmin.verbs.count
            for fault in crashes.faults { print("    \(fault)") }
            return Verdict(
                isGood: isGood,
                figure: "\(rollovers) rollovers with \(crashes.platform) SIGKILLs of the authority and \(crashes.nodes) of nodes: "
                    + "\(crashes.faults.count) faults, \(crashes.entries) journal entries verify, \(crashes.epochs) epochs without a gap; "
                    + "seed \(seed)")
        }
    }

    private struct Crashes {
        var random: SeededRandom
        var platform = 0
        var nodes = 0
        var entries = 0
        var epochs: UInt64 = 0
        var faults: [String] = []
        /// Hash of every epoch that was ever seen in the journal: none may change or go.
        var seen: [UInt64: [UInt8]] = [:]

        init(random: SeededRandom) { self.random = random }
    }

    /// Each verb is asked for, the authority is killed at a random moment around it, and then it is asked for again, with the same
    /// request id, until it is done.
    private func roll(_ kind: TrustV1.RolloverKind, _ region: TrafficRegion, _ crashes: inout Crashes) async throws {
        let number = try await region.admin.nextRollover()
        for verb in TrustAdmin.verbs {
            var ignored = TrustAdmin.Rolled()
            try await region.admin.waitForGate(&ignored)
            let request = TrustV1.AdvanceRolloverRequest(
                requestID: TrustAdmin.requestID(), rollover: number, verb: verb, kind: kind)
            try await crash(region, &crashes) {
                _ = try? await region.admin.authority.advanceRollover(request, options: TrustAdmin.options)
            }
            _ = try await TrustAdmin.renewed { try await region.admin.authority.advanceRollover(request, options: TrustAdmin.options) }
            guard let status = try await region.admin.status(), status.rollover == number, status.done == verb else {
                crashes.faults.append("\(verb) of rollover \(number) was acknowledged and is not there")
                return
            }
        }
        var ignored = TrustAdmin.Rolled()
        try await region.admin.waitForGate(&ignored)
    }

    /// Kills the authority while `command` runs, and now and then a node; both are back when it returns.
    private func crash(_ region: TrafficRegion, _ crashes: inout Crashes, _ command: @escaping @Sendable () async -> Void) async throws {
        let delay = Duration.microseconds(Int.random(in: 0...40_000, using: &crashes.random))
        let node = Bool.random(using: &crashes.random) ? region.members.randomElement(using: &crashes.random) : nil
        let running = Task { await command() }
        try await Task.sleep(for: delay)
        await region.platform.kill()
        crashes.platform += 1
        if let node {
            await node.process.kill()
            crashes.nodes += 1
        }
        try await region.platform.start()
        if let node { try await node.process.start() }
        await running.value
    }

    /// Reads the whole journal as an admin does, verifies it, and compares its epochs with what was there before and with the nodes'.
    private func check(_ region: TrafficRegion, _ crashes: inout Crashes) async throws {
        var entries: [AuthorityJournalEntry] = []
        // Whoever may ask this may read the journal: a stream tells only later that it was refused.
        _ = try await region.admin.nodes()
        let answers = try await region.admin.authority.readJournal(TrustV1.ReadJournalRequest(from: 1), options: TrustAdmin.options)
        while let answer = try await answers.next() {
            if let entry = answer.entry { entries.append(AuthorityJournalEntry(entry)) }
        }
        let state: AuthorityState
        do throws(HashChainFault) { state = try AuthorityJournal.replay(entries) } catch {
            return crashes.faults.append("the journal: \(error)")
        }
        crashes.entries = entries.count
        crashes.epochs = state.epochNumber
        for (index, hash) in state.epochHashes.enumerated() {
            let number = UInt64(index) + 1
            if let before = crashes.seen.updateValue(hash, forKey: number), before != hash {
                crashes.faults.append("epoch \(number) has changed")
            }
        }
        if let gone = crashes.seen.keys.max(), gone > state.epochNumber { crashes.faults.append("epoch \(gone) has gone") }
        for node in try await region.admin.nodes().nodes where node.acknowledged > 0 {
            if crashes.seen[node.acknowledged] != node.epochHash {
                crashes.faults.append("\(node.node) holds another epoch \(node.acknowledged)")
            }
        }
    }
}
