import SampanAPI

/// Who has acknowledged the epoch with a policy, asked of the authority until all have that are there.
struct PolicyAdoption {
    /// How a node stands to the epoch.
    enum State: String, Codable { case done, waits, refuses, absent }

    struct Row: Codable {
        let node: String
        let epoch: UInt64
        let state: State
        let refusal: String?
    }

    private let access: AuthorityAccess
    private let epoch: UInt64

    /// Between two questions: nodes acknowledge within a second.
    private static let interval: Duration = .milliseconds(200)

    init(_ access: AuthorityAccess, epoch: UInt64) { (self.access, self.epoch) = (access, epoch) }

    /// Returns how all nodes stand when none is waited for, or after that time. A node that refuses is waited for: it tries again.
    func wait(atMost time: Duration) async throws -> [Row] {
        let end = ContinuousClock.now.advanced(by: time)
        while true {
            let rows = try await access.client.listNodes(TrustV1.ListNodesRequest()).nodes.map(row)
            if ContinuousClock.now >= end || rows.allSatisfy({ $0.state == .done || $0.state == .absent }) { return rows }
            try await Task.sleep(for: Self.interval)
        }
    }

    private func row(_ status: TrustV1.NodeStatus) -> Row {
        let state: State =
            if status.acknowledged >= epoch { .done } else if status.absent { .absent } else { status.refusal.isEmpty ? .waits : .refuses }
        return Row(
            node: status.node, epoch: status.acknowledged, state: state, refusal: status.refusal.isEmpty ? nil : status.refusal)
    }

    static func table(_ rows: [Row]) -> String {
        let cells = rows.map {
            [NodeName.short($0.node), "\($0.epoch)", $0.state.rawValue, $0.refusal.map(CertificateDescription.printable) ?? "-"]
        }
        return TextTable(["node", "epoch", "policy", "refusal"], cells).text
    }
}
