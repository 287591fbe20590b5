internal import Foundation
internal import SampanCrypto
internal import SampanTransport

/// `handshake-labels`: every way in which a handshake is known to fail, and what both ends call it.
package struct HandshakeLabelsProof: Proof {
    package static let name = "handshake-labels"
    package static let promise = "a handshake that fails is called by its right A118 label on both ends, whatever broke it"

    /// Times that the table is played: a label that depends on which of two packets comes first is wrong sometimes.
    private let rounds: Int
    private let only: String

    package init(quick: Bool, seed: UInt64?) { self.init(quick: quick, seed: seed, only: nil) }

    package init(quick: Bool, seed: UInt64?, only part: String?) {
        rounds = quick ? 1 : 20
        only = part ?? ""
    }

    package static var parts: [String] { HandshakeFixture.all.map(\.name) }

    package func run(programs: String) async throws -> Verdict {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sampan-labels-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let trust = try await HandshakeTrust(folder: folder)
        let group = try EventLoopGroup(count: 2)
        let stage = HandshakeStage(group: group, trust: trust)
        print("| broken | server says | client says | right |\n|---|---|---|---|")
        var (right, asked) = (0, 0)
        for fixture in HandshakeFixture.all where fixture.name.hasPrefix(only) {
            let (good, all) = try await play(fixture, stage)
            right += good
            asked += all
        }
        await group.shutdown()
        let count = HandshakeFixture.all.count { $0.name.hasPrefix(only) }
        return Verdict(
            isGood: right == asked && asked > 0,
            figure: "\(right) of \(asked) labels are right, of \(count) broken handshakes on both ends, \(rounds) times each")
    }

    /// Labels that were right, and all that were to be.
    private func play(_ fixture: HandshakeFixture, _ stage: HandshakeStage) async throws -> (right: Int, asked: Int) {
        var stage = stage
        stage.expected = fixture.expected.server
        var (right, asked) = (0, 0)
        var shown = fixture.expected
        for _ in 0..<rounds {
            let labels = try await fixture.play(stage)
            for (got, wanted) in [(labels.server, fixture.expected.server), (labels.client, fixture.expected.client)]
            where got != nil || wanted != nil {
                asked += 1
                if got == wanted { right += 1 }
            }
            if labels != fixture.expected { shown = labels }
        }
        let isRight = right == asked
        let note =
            isRight ? "yes" : "NO: \(Self.text(fixture.expected.server)), \(Self.text(fixture.expected.client)) (\(right) of \(asked))"
        print("| \(fixture.name) | \(Self.text(shown.server)) | \(Self.text(shown.client)) | \(note) |")
        return (right, asked)
    }

    private static func text(_ label: HandshakeResult?) -> String { label?.rawValue ?? "-" }
}
