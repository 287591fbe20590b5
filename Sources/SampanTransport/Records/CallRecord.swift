package import SampanRPC

/// What a node remembers of one call that did not end well, or took long. Nothing out of a message, no metadata, no words of a handler.
package struct CallRecord: Sendable, Hashable {
    /// Where the status was made.
    package enum Origin: UInt8, Sendable, Hashable, CaseIterable {
        /// This node: it was refused, or given up.
        case here
        /// The service on this node.
        case handler
        /// The node that the call was passed on to, or one behind that.
        case nextNode
        /// The way to that node.
        case transport
        /// The caller: it has ended the call, or has gone.
        case caller
    }

    /// What stands behind a status, as far as those who know policies and details can tell.
    package struct Finding: Sendable, Hashable {
        /// Of the status' ErrorInfo; empty for none.
        package var (reason, domain) = ("", "")
        /// Ids of the rules that a denial names.
        package var rules: [String] = []
        /// What the policy said of the call; empty where it was not asked.
        package var policy = ""

        package init() {}
    }

    /// One that did not get an answer, and was made again or given up.
    package struct Attempt: Sendable, Hashable {
        /// Of the connection.
        package let address: String
        package let cause: String
    }

    /// The identifier that its caller was told; the trace's where it has one.
    package let id: TraceID
    /// When its head came: Unix time in nanoseconds. Times below are nanoseconds after it; nil for what has not happened.
    package let at: Int64
    package let handedOver: Int64?
    package let firstByte: Int64?
    package let ended: Int64
    /// Of its deadline; negative when that had passed.
    package let deadlineLeft: Int64?
    /// `package.Service/Method`, at most 200 bytes.
    package let method: String
    /// Who has made it; nil where that is not known.
    package let caller: PeerIdentity?
    /// Nodes that have passed it on before this one.
    package let via: [String]
    package let code: StatusCode
    package let origin: Origin
    /// Of a status that was made here or on the way; empty for words of others.
    package let message: String
    package let finding: Finding
    /// Whom it was passed on to, by name, and the address of the last connection; empty for a call that was served here.
    package let route: String
    package let endpoint: String
    package let attempts: [Attempt]
    /// How often its caller had tried before.
    package let previousAttempts: Int
    package let priority: CallPriority

    /// What it takes in memory, roughly.
    var bytes: Int {
        let texts = [method, message, finding.reason, finding.domain, finding.policy, route, endpoint] + via + finding.rules
        let attempted = attempts.reduce(0) { $0 + $1.address.utf8.count + $1.cause.utf8.count + 32 }
        return 400 + texts.reduce(0) { $0 + $1.utf8.count } + attempted
    }

    package static let longestText = 400
    package static let longestMethod = 200
    package static let mostAttempts = 8
}

extension String {
    /// At most so many bytes of it.
    func cut(to bytes: Int) -> String {
        guard utf8.count > bytes else { return self }
        var left = bytes
        return String(
            prefix {
                left -= String($0).utf8.count; return left >= 0
            })
    }
}
