internal import Foundation

/// What `sampan-bench overload` measured.
struct OverloadFigures: Decodable, Sendable {
    /// Of one priority.
    struct Part: Decodable, Sendable {
        let offered: Int
        let served: Int
        let refused: Int
        let late: Int
        let failed: Int
        let p50Milliseconds: Double
        let p99Milliseconds: Double

        /// Of those that were offered, 0 to 1.
        var servedShare: Double { Double(served) / Double(max(1, offered)) }
    }

    let seconds: Double
    let priorities: [String: Part]

    init(json: String) throws { self = try JSONDecoder().decode(Self.self, from: Data(json.utf8)) }

    /// The names of the priorities, the most important first.
    static let order = ["critical", "high", "normal", "background"]

    /// Calls a second that were served by their deadline.
    var goodput: Double { Double(priorities.values.reduce(0) { $0 + $1.served }) / seconds }

    /// Calls that ended in another way than served, refused or late.
    var failed: Int { priorities.values.reduce(0) { $0 + $1.failed } }

    /// One line for a person.
    var text: String {
        Self.order.compactMap { name in
            priorities[name].map {
                "\(name) \(Self.percent($0.servedShare)) of \($0.offered) (\($0.refused) refused, \($0.late) late, p99 \(Int($0.p99Milliseconds)) ms)"
            }
        }.joined(separator: "; ")
    }

    static func percent(_ share: Double) -> String { "\((share * 1_000).rounded() / 10) %" }
}
