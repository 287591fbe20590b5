package import SampanRPC

/// A service, or one method of it.
package struct MethodPattern: Sendable, Hashable {
    package let service: String
    /// Nil for all methods.
    package let method: String?

    /// Reads `package.Service`, `package.Service/*` or `package.Service/Method`; nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), Self.isName(parts[0], dots: true) else { return nil }
        service = String(parts[0])
        guard parts.count == 2, parts[1] != "*" else {
            method = nil
            return
        }
        guard Self.isName(parts[1], dots: false) else { return nil }
        method = String(parts[1])
    }

    package func matches(_ descriptor: MethodDescriptor) -> Bool {
        descriptor.service == service && (method == nil || method == descriptor.name)
    }

    /// A protobuf identifier, or several with dots between them.
    private static func isName(_ text: Substring, dots: Bool) -> Bool {
        guard text.utf8.count <= 255 else { return false }
        let parts = dots ? text.split(separator: ".", omittingEmptySubsequences: false) : [text]
        return parts.allSatisfy { part in
            part.first.map { $0.isASCII && ($0.isLetter || $0 == "_") } == true
                && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        }
    }
}

extension MethodPattern: CustomStringConvertible {
    package var description: String { method.map { "\(service)/\($0)" } ?? service }
}

extension MethodPattern: ExpressibleByStringLiteral {
    /// For rules in source text: a wrong one matches nothing.
    package init(stringLiteral text: String) {
        guard let pattern = MethodPattern(text) else {
            assertionFailure("\(text) is no method")
            (service, method) = ("", nil)
            return
        }
        self = pattern
    }
}
