/// What somebody asks for over plain HTTP/1.1.
package struct PlainHTTPRequest: Sendable, Hashable {
    package enum Method: String, Sendable, Hashable {
        case get = "GET"
        case post = "POST"
    }

    package let method: Method
    /// Path and query. As it came: nothing is decoded, since somebody may have signed it.
    package let target: String
    /// In the order in which they came; names in small letters.
    package let fields: [PlainHTTPField]
    /// Of a POST.
    package let body: [UInt8]

    /// The target without its query; begins with a slash.
    package var path: String { String(target.prefix { $0 != "?" }) }

    /// The field `Accept`, where there is one; several are joined as RFC 9110 §5.3 says.
    package var accept: String? {
        let values = fields.filter { $0.name == "accept" }.map(\.value)
        return values.isEmpty ? nil : values.joined(separator: ",")
    }
}
