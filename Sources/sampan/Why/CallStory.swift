/// Why a call failed, in plain lines: hop by hop, each with its time line, and at the end what to do.
struct CallStory {
    private let hops: [CallTrail.Hop]

    init(_ hops: [CallTrail.Hop]) { self.hops = hops }

    var text: String {
        var lines = hops.enumerated().flatMap { Self.lines($1, isFirst: $0 == 0) }
        // The deepest node that has made a status knows most.
        let decisive = hops.reversed().lazy.compactMap { $0.records.last }.first
        if let decisive { lines.append("what to do: \(CallAdvice.text(decisive))") }
        return lines.map(CertificateDescription.printable).joined(separator: "\n")
    }

    private static func lines(_ hop: CallTrail.Hop, isFirst: Bool) -> [String] {
        let name = hop.node.isEmpty ? hop.place : "\(hop.node) at \(hop.place)"
        let head = isFirst ? name : "next node: \(name)"
        guard hop.problem.isEmpty else { return ["\(head)", "  it does not tell: \(hop.problem)"] }
        guard !hop.records.isEmpty else {
            let whose = hop.ownOnly ? " of your institution" : ""
            return [head, "  it remembers no such call\(whose): the call has not come, or it went on there under another identifier"]
        }
        return [head] + hop.records.flatMap(lines)
    }

    private static func lines(_ record: CallRecordView) -> [String] {
        var lines = [
            "  \(record.time)  \(record.method)",
            "  called by \(record.callerText), priority \(record.priority)"
                + (record.via.isEmpty ? "" : ", by way of \(record.via.joined(separator: ", "))")
                + (record.previousAttempts == 0 ? "" : ", after \(record.previousAttempts) attempts of its own"),
        ]
        let made = record.status == "OK" ? "one of the slowest" : "made by \(origin(record))"
        lines.append("  ended \(record.status), \(made)\(record.message.isEmpty ? "" : ": \(record.message)")")
        if !record.reason.isEmpty {
            lines.append("  reason \(record.reason)\(record.reasonDomain.isEmpty ? "" : " (\(record.reasonDomain))")")
        }
        if !record.rules.isEmpty { lines.append("  rules \(record.rules.joined(separator: ", "))") }
        if !record.policy.isEmpty { lines.append("  policy: \(record.policy)") }
        for attempt in record.attempts { lines.append("  lost at \(attempt.address): \(attempt.cause)") }
        return lines + timeLine(record)
    }

    private static func origin(_ record: CallRecordView) -> String {
        switch record.origin {
        case "here": "this node"
        case "handler": "the service on this node"
        case "next-node": "the node of \(record.route), or one behind it"
        case "transport": "the way to \(record.route)"
        case "caller": "the caller"
        default: record.origin
        }
    }

    private static func timeLine(_ record: CallRecordView) -> [String] {
        let place = record.endpoint.isEmpty ? "" : " at \(record.endpoint)"
        let handed = record.route.isEmpty ? "could begin in its service" : "left for \(record.route)\(place)"
        var events: [(at: Double, what: String)] = [(0, "received")]
        if let at = record.handedOver { events.append((at, handed)) }
        if let at = record.firstByte { events.append((at, "the answer began")) }
        let left = record.deadlineLeft.map { $0 >= 0 ? ", \(CallRecordView.short($0)) ms of its deadline left" : ", after its deadline" }
        events.append((record.ended, "ended" + (left ?? "")))
        let texts = events.map { CallRecordView.short($0.at) }
        let width = texts.map(\.count).max() ?? 0
        return zip(texts, events).map { "    " + String(repeating: " ", count: width - $0.count) + "\($0) ms  \($1.what)" }
    }
}
