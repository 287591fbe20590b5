/// How much a call matters beside the others of a node that has more of them than it can serve (Docs/Mesh.md, Too much at once).
///
/// It travels as `sampan-priority`, in the words below. What a caller claims counts up to what its role may claim at that node.
public enum CallPriority: UInt8, Sendable, Hashable, CaseIterable {
    /// Nobody waits: nightly comparisons, statistics, copies. The first to be refused.
    case background = 0
    /// What says nothing of itself.
    case normal = 1
    /// Somebody stands at a window and waits.
    case high = 2
    /// A life may depend on it: an emergency's ECG. The last to be refused.
    case critical = 3

    /// The word of the wire and of configuration files.
    public var name: String {
        switch self {
        case .background: "background"
        case .normal: "normal"
        case .high: "high"
        case .critical: "critical"
        }
    }

    /// Reads a word; nil for one that is none of them.
    public init?(name: String) {
        guard let priority = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = priority
    }

    /// The same off the wire. A word that is not known here says nothing: a later edition may have more of them.
    init?(_ value: Span<UInt8>) {
        if value.equals("normal") {
            self = .normal
        } else if value.equals("high") {
            self = .high
        } else if value.equals("background") {
            self = .background
        } else if value.equals("critical") {
            self = .critical
        } else {
            return nil
        }
    }

    /// The key of the metadata, in the form of the wire.
    package static let key = "sampan-priority"
}

extension CallPriority: Comparable {
    public static func < (left: CallPriority, right: CallPriority) -> Bool { left.rawValue < right.rawValue }
}
