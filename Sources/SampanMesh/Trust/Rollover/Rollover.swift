/// One change of root or issuer, from plan to retire. Decides whose turn it is; what the epochs say is `AuthorityState`'s part. No I/O.
///
/// ```
///  planned ─prepare─► prepared ─trust─► trusted ─[A]─activate─► activated ─[A,S]─taint─► tainted ─[A,S]─retire─► retired ─[A]─► over
///     └─────abort─────────┴──────abort──────┘                       │ ▲
///                    ▼                                              └─┘ abort: old and new change places; from here it goes on as before,
///                 dropped ─[A]─► over                                   and what is retired in the end is the new one
///
///  [A] every member has the epoch of the last step in force      [S] every member shows a certificate of the issuer that comes
/// ```
///
/// A member that is away, or was left behind by a gate and has not caught up, is named and not waited for (`RolloverGate`).
/// Every verb may be repeated: what was done before is not done again, and is no error.
package struct Rollover: Sendable, Hashable {
    package enum Kind: Sendable, Hashable, CaseIterable {
        /// The issuing certificate, under the same root.
        case issuer
        /// The root, and an issuing certificate under it.
        case root
    }

    package enum Verb: Sendable, Hashable, CaseIterable {
        case plan, prepare, trust, activate, taint, retire, abort
    }

    package enum Phase: Int, Sendable, Hashable, Comparable {
        case planned, prepared, trusted, activated, tainted, retired
        /// Aborted before anything depended on it.
        case dropped

        package static func < (left: Phase, right: Phase) -> Bool { left.rawValue < right.rawValue }
    }

    /// Key identifiers of what changes together.
    package struct Side: Sendable, Hashable {
        /// Nil when the root stays.
        package let root: [UInt8]?
        package let issuer: [UInt8]

        package init(root: [UInt8]?, issuer: [UInt8]) {
            self.root = root
            self.issuer = issuer
        }
    }

    /// Counted from 1.
    package let number: UInt64
    package let kind: Kind
    package private(set) var phase = Phase.planned
    /// True from an abort on.
    package private(set) var isAborted = false
    /// The epoch that the last step made; 0 before there is one.
    package private(set) var epochNumber: UInt64 = 0
    /// What goes.
    package private(set) var outgoing: Side
    /// What comes; nil before it is prepared.
    package private(set) var incoming: Side?

    package init(number: UInt64, kind: Kind, outgoing: Side) {
        self.number = number
        self.kind = kind
        self.outgoing = outgoing
    }

    /// The verb whose turn it is; nil when only the last acknowledgements are waited for.
    package var next: Verb? {
        switch phase {
        case .planned: .prepare
        case .prepared: .trust
        case .trusted: .activate
        case .activated: .taint
        case .tainted: .retire
        case .retired, .dropped: nil
        }
    }

    /// Who has to move before the next verb; before the next rollover when this one has none.
    package func gate(_ members: [RolloverMember]) -> RolloverGate {
        let issuer = phase == .activated || phase == .tainted ? incoming?.issuer : nil
        return RolloverGate(members, epochNumber: epochNumber, issuer: issuer)
    }

    /// Whether the verb is to be done now; false when it was done before. Throws why not.
    package func decide(_ verb: Verb, _ members: [RolloverMember]) throws(RolloverRefusal) -> Bool {
        if verb == .abort { return try decideAbort() }
        if let reached = Self.reached(by: verb), phase != .dropped, reached <= phase { return false }
        if verb == .plan { return false }
        guard verb == next else { throw .notItsTurn(next: next) }
        let gate = gate(members)
        guard gate.isOpen else { throw .waitsFor(gate.laggards) }
        return true
    }

    private func decideAbort() throws(RolloverRefusal) -> Bool {
        if isAborted { return false }
        guard phase <= .activated else { throw .tooLateToAbort }
        return true
    }

    private static func reached(by verb: Verb) -> Phase? {
        switch verb {
        case .plan: .planned
        case .prepare: .prepared
        case .trust: .trusted
        case .activate: .activated
        case .taint: .tainted
        case .retire: .retired
        case .abort: nil
        }
    }

    /// Takes a step that was decided. `incoming` comes with `prepare`; `epochNumber` is of the epoch that says so, 0 when none does.
    mutating func apply(_ verb: Verb, incoming: Side?, epochNumber: UInt64) {
        if epochNumber > 0 { self.epochNumber = epochNumber }
        if verb == .prepare { self.incoming = incoming }
        guard verb == .abort else {
            phase = Self.reached(by: verb) ?? phase
            return
        }
        isAborted = true
        if phase == .activated, let incoming = self.incoming {
            (self.incoming, outgoing) = (outgoing, incoming)
        } else {
            phase = .dropped
        }
    }
}
