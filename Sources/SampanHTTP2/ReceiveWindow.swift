/// What is known of the window of a stream besides what libnghttp2 keeps: how far it has grown, and when to look at it again.
package struct ReceiveWindow: Sendable {
    /// Bytes that a reader takes between two looks. 64 KiB: smaller calls, which are nearly all, are never looked at.
    package static let stride = 64 * 1_024

    /// Bytes above the window that every stream begins with.
    package internal(set) var growth = 0
    private var taken = 0
    private var nextLook = ReceiveWindow.stride

    package init() {}

    /// Whether a look is due once `count` more bytes are given back.
    package func isDue(after count: Int) -> Bool { taken &+ count >= nextLook }

    /// The reader has taken `count` bytes; true when the window is to be looked at, which happens only when it has `keptUp`: a burst is
    /// still being taken apart when its first bytes are given back.
    package mutating func take(_ count: Int, keptUp: Bool) -> Bool {
        taken &+= count
        guard keptUp, taken >= nextLook else { return false }
        nextLook = taken &+ Self.stride
        return true
    }
}
