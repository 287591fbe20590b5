/// A state that somebody watches: every change has a higher version than the one before, and one change is the last.
package protocol Versioned: Sendable {
    var version: Int64 { get }
    /// Nothing follows.
    var isFinal: Bool { get }
}
