/// Holds a message beside the one it is a field of, so that a type may contain itself. A value: copies never share changes.
public indirect enum Box<Value: Sendable & Hashable>: Sendable, Hashable {
    case value(Value)

    @inlinable public init(_ value: Value) { self = .value(value) }

    @inlinable public var value: Value {
        switch self {
        case .value(let value): value
        }
    }
}
