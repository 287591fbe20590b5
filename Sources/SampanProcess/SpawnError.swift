internal import Glibc

/// A process could not be made: what was tried, and the kernel's reason.
package struct SpawnError: Error, Sendable, CustomStringConvertible {
    package let call: String
    /// errno(3).
    package let number: Int32

    package init(call: String, number: Int32) {
        self.call = call
        self.number = number
    }

    package var description: String { "\(call): \(unsafe String(cString: strerror(number)))" }
}
