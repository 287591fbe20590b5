import FoundationEssentials
import SampanAPI
import SampanRPC

/// A call that a node remembers, as it is shown.
struct CallRecordView: Codable, Hashable {
    struct Attempt: Codable, Hashable {
        let address: String
        let cause: String
    }

    let callID: String
    /// Unix time in seconds.
    let at: Double
    let method: String
    let caller: String
    let via: [String]
    let status: String
    let origin: String
    let message: String
    let reason: String
    let reasonDomain: String
    let rules: [String]
    let policy: String
    let route: String
    let endpoint: String
    let attempts: [Attempt]
    let previousAttempts: UInt32
    let priority: String
    /// Milliseconds since `at`; absent for what has not happened.
    let handedOver: Double?
    let firstByte: Double?
    let ended: Double
    /// Milliseconds of the deadline at the end.
    let deadlineLeft: Double?

    init(_ record: TrustV1.CallRecord) {
        func milliseconds(_ span: GoogleProtobuf.Duration?) -> Double? { (span?.duration).map { $0 / .milliseconds(1) } }
        callID = record.callID
        at = record.at.map { Double($0.seconds) + Double($0.nanos) / 1e9 } ?? 0
        (method, caller, via) = (record.method, record.caller, record.via)
        status = StatusCode(rawValue: Int(record.code)).map { "\($0)" } ?? "\(record.code)"
        (origin, message, reason, reasonDomain) = (record.origin, record.message, record.reason, record.reasonDomain)
        (rules, policy, route, endpoint) = (record.rules, record.policy, record.route, record.endpoint)
        attempts = record.attempts.map { Attempt(address: $0.address, cause: $0.cause) }
        (previousAttempts, priority) = (record.previousAttempts, record.priority)
        (handedOver, firstByte) = (milliseconds(record.handedOver), milliseconds(record.firstByte))
        ended = milliseconds(record.ended) ?? 0
        deadlineLeft = milliseconds(record.deadlineLeft)
    }

    /// Where the next node was; nil for a call that no other node has seen.
    var nextPlace: String? { route.isEmpty || endpoint.isEmpty ? nil : endpoint }

    /// Role and institution of a SPIFFE name; the name itself where it has none.
    var callerText: String {
        guard !caller.isEmpty else { return "somebody without a certificate" }
        guard let identity = try? PeerIdentity(uri: caller) else { return caller }
        return "\(identity.role.rawValue) \(identity.node) of \(identity.institution)"
    }

    /// UTC, to the millisecond.
    var time: String {
        let date = Date(timeIntervalSince1970: at)
        return date.formatted(.iso8601.year().month().day().dateSeparator(.dash).time(includingFractionalSeconds: true))
    }

    static let head = ["when", "call", "method", "caller", "status", "made", "ms", "reason"]

    var cells: [String] {
        let institution = (try? PeerIdentity(uri: caller))?.institution ?? "-"
        return [time, callID, method, institution, status, origin, Self.short(ended), reason.isEmpty ? "-" : reason]
            .map(CertificateDescription.printable)
    }

    static func short(_ milliseconds: Double) -> String { "\((milliseconds * 1_000).rounded() / 1_000)" }
}
