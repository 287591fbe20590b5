import SampanAPI

/// Where a rollover stands, for a terminal and for programs.
struct RolloverView {
    let status: TrustV1.RolloverStatus

    struct Lag: Codable {
        let node: String
        let acknowledged: UInt64
        let showsOutgoing: Bool
        let refusal: String?
    }

    private struct Answer: Codable {
        let rollover: UInt64
        let kind: String
        let done: String
        let next: String
        let aborted: Bool
        let epoch: UInt64
        let laggards: [Lag]
        let absent: [String]
        let changed: Bool?
    }

    /// Whether the last step is in force everywhere.
    var isOver: Bool { status.next == .plan && status.laggards.isEmpty }
    var kind: String { RolloverKindName(status.kind)?.rawValue ?? "?" }

    /// `plan ✓ ─ prepare ✓ ─ trust ● ─ activate ─ taint ─ retire`: ✓ is done and in force everywhere, ● is done and waited for.
    var drawing: String {
        let steps = TrustV1.RolloverVerb.steps
        guard let reached = steps.firstIndex(of: lastStep) else { return steps.map(\.name).joined(separator: " ─ ") }
        let isWaiting = !status.laggards.isEmpty
        let marked = steps.enumerated().map { index, step in
            index > reached ? step.name : "\(step.name) \(index == reached && isWaiting ? "●" : "✓")"
        }
        return marked.joined(separator: " ─ ")
    }

    /// An abort is no step of the way: the one before what is next is where it stands.
    private var lastStep: TrustV1.RolloverVerb {
        guard status.done == .abort else { return status.done }
        guard status.next != .plan, let next = TrustV1.RolloverVerb.steps.firstIndex(of: status.next), next > 0 else { return .unspecified }
        return TrustV1.RolloverVerb.steps[next - 1]
    }

    /// What `sampan root status` prints.
    var text: String {
        var lines = [
            "rollover \(status.rollover) of the \(kind)\(status.aborted ? ", aborted" : ""), epoch \(status.epochNumber)", drawing,
        ]
        if isOver {
            lines.append(status.done == .abort ? "over: everything is as before" : "over: in force everywhere")
        } else if status.laggards.isEmpty {
            lines.append("next: \(status.next.name)")
        } else {
            lines += ["next: \(status.next.name), when \(Self.count(status.laggards.count)) moved", laggards]
        }
        if !status.absent.isEmpty {
            lines.append("absent, and not waited for: \(status.absent.map(NodeName.short).joined(separator: ", "))")
        }
        return lines.joined(separator: "\n")
    }

    /// Who is waited for, as a table.
    var laggards: String {
        let rows = status.laggards.map {
            [
                NodeName.short($0.node), "\($0.acknowledged)", $0.showsOutgoing ? "outgoing" : "-",
                $0.refusal.isEmpty ? "-" : CertificateDescription.printable($0.refusal),
            ]
        }
        return TextTable(["waits for", "epoch", "certificate", "refusal"], rows).text
    }

    /// One line for progress: who is waited for, the first three by name.
    var waiting: String {
        let names = status.laggards.prefix(3).map {
            "\(NodeName.short($0.node)) (epoch \($0.acknowledged)\($0.showsOutgoing ? ", outgoing certificate" : ""))"
        }
        let more = status.laggards.count - names.count
        return names.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
    }

    /// `changed`: of a command; nil for a question.
    func json(changed: Bool?) throws -> String {
        try JSONText.of(
            Answer(
                rollover: status.rollover, kind: kind, done: status.done.name, next: status.next.name, aborted: status.aborted,
                epoch: status.epochNumber,
                laggards: status.laggards.map {
                    Lag(
                        node: $0.node, acknowledged: $0.acknowledged, showsOutgoing: $0.showsOutgoing,
                        refusal: $0.refusal.isEmpty ? nil : $0.refusal)
                }, absent: status.absent, changed: changed))
    }

    private static func count(_ nodes: Int) -> String { nodes == 1 ? "1 node has" : "\(nodes) nodes have" }
}
