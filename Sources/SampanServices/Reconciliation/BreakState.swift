/// What can happen to a break. The raw value is the word of tables and answers.
package enum BreakStepKind: String, Sendable, Hashable, CaseIterable {
    /// A run of reconciliation found it.
    case found = "FOUND"
    /// A person says how it was resolved.
    case proposed = "PROPOSED"
    /// Another person agrees.
    case approved = "APPROVED"
    /// Another person does not.
    case rejected = "REJECTED"
    /// Who has proposed takes it back.
    case withdrawn = "WITHDRAWN"
    /// A rule has the money given back.
    case refundStarted = "REFUND_STARTED"
    /// The channel has given it back.
    case refunded = "REFUNDED"
    /// The rule cannot: a person has to look.
    case handedOver = "HANDED_OVER"
    /// A rule says that nothing is to be done.
    case noted = "NOTED"
    /// A later run of the day does not find it any more.
    case gone = "GONE"
}

/// Where a break stands, by its last step. Pure.
///
/// ```
///  (nothing) ──found──► open ──proposed──► proposed ──approved──► resolved ■
///                        ▲ │ ▲                │
///                        │ │ └── rejected, withdrawn
///                        │ ├──noted──► resolved ■
///                        │ └──refundStarted──► refunding ──refunded──► resolved ■
///                        ├── handedOver ───────────┘
///                        └── found ── gone ◄── gone ── open, proposed
/// ```
package enum BreakState: Sendable, Hashable, CaseIterable {
    case open, proposed, refunding, resolved, gone

    /// After a step of this kind.
    package init(after kind: BreakStepKind) {
        switch kind {
        case .found, .rejected, .withdrawn, .handedOver: self = .open
        case .proposed: self = .proposed
        case .refundStarted: self = .refunding
        case .approved, .refunded, .noted: self = .resolved
        case .gone: self = .gone
        }
    }

    /// Whether a step of this kind may follow.
    package func allows(_ kind: BreakStepKind) -> Bool {
        switch (self, kind) {
        case (.open, .proposed), (.open, .noted), (.open, .refundStarted), (.open, .gone): true
        case (.proposed, .approved), (.proposed, .rejected), (.proposed, .withdrawn), (.proposed, .gone): true
        case (.refunding, .refunded), (.refunding, .handedOver): true
        case (.gone, .found): true
        default: false
        }
    }

    /// It still stands in the way of closing its day.
    package var isOpen: Bool { self == .open || self == .proposed || self == .refunding }
}
