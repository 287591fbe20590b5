/// What may be the key of a map, with the order in which maps are encoded.
public protocol MapKey: Hashable, Sendable {
    static func precedes(_ left: Self, _ right: Self) -> Bool
}

extension Bool: MapKey {
    /// False before true.
    @inlinable public static func precedes(_ left: Bool, _ right: Bool) -> Bool { !left && right }
}

extension String: MapKey {
    /// By their bytes, as other implementations order them; not by the collation of Swift.
    @inlinable public static func precedes(_ left: String, _ right: String) -> Bool { left.utf8.lexicographicallyPrecedes(right.utf8) }
}

extension MapKey where Self: FixedWidthInteger {
    @inlinable public static func precedes(_ left: Self, _ right: Self) -> Bool { left < right }
}
extension Int32: MapKey {}
extension UInt32: MapKey {}
extension Int64: MapKey {}
extension UInt64: MapKey {}
