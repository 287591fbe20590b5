@testable import SampanRPC
import Testing

@Suite("The query of Connect's GET")
struct WebQueryTests {
    /// What is read, as text: codec, encoding and message; or why not.
    private static func read(_ query: String) -> String {
        do throws(WebQuery.Fault) {
            let query = try WebQuery(Array(query.utf8)[...])
            let message = String(decoding: query.message, as: UTF8.self)
            return "\(query.isJSON ? "json" : "proto") \(query.encoding) \(message)"
        } catch {
            switch error {
            case .refused(let refusal): return "\(refusal.status)"
            case .failed(let error): return "\(error.code)"
            }
        }
    }

    @Test(
        "each key, in any order, with others beside it",
        arguments: [
            ("message=%7B%7D&encoding=json", "json identity {}"), ("encoding=json&message={}", "json identity {}"),
            ("connect=v1&base64=1&encoding=proto&message=YWI", "proto identity ab"), ("encoding=proto&message=", "proto identity "),
            ("encoding=proto&base64=1&message=YWI%3D", "proto identity ab"), ("encoding=proto&base64=1&message=YWI=", "proto identity ab"),
            ("encoding=json&base64=0&message=YWI", "json identity YWI"), ("encoding=json&base64=true&message=YWI", "json identity YWI"),
            ("encoding=json&message=a+b%2Bc%20d", "json identity a b+c d"), ("encoding=json&message=a=b", "json identity a=b"),
            ("encoding=json&message=%e5%8E%bf", "json identity 县"), ("encoding=json&message=1&x=1&x=2&&=", "json identity 1"),
            ("encoding=json&compression=identity&message=1", "json identity 1"),
            ("encoding=json&compression=gzip&base64=1&message=YWI", "json gzip ab"), ("%65ncoding=json&message=1", "json identity 1"),
        ])
    func good(query: String, expected: String) { #expect(Self.read(query) == expected) }

    @Test(
        "what is missing, said twice, unknown or no text is refused",
        arguments: [
            ("", "INVALID_ARGUMENT"), ("message=1", "INVALID_ARGUMENT"), ("encoding=json", "INVALID_ARGUMENT"),
            ("encoding=xml&message=1", "415"), ("encoding=&message=1", "415"), ("encoding=JSON&message=1", "415"),
            ("encoding=json&message=1&message=2", "INVALID_ARGUMENT"), ("encoding=json&encoding=json&message=1", "INVALID_ARGUMENT"),
            ("encoding=json&%6dessage=1&message=2", "INVALID_ARGUMENT"), ("encoding=json&message=1&base64=1&base64=1", "INVALID_ARGUMENT"),
            ("encoding=json&message=1&connect=v1&connect=v1", "INVALID_ARGUMENT"),
            ("encoding=json&message=1&connect=v2", "INVALID_ARGUMENT"),
            ("encoding=json&message=1&compression=br", "UNIMPLEMENTED"), ("encoding=json&message=1&compression=", "UNIMPLEMENTED"),
            ("encoding=json&message=%", "INVALID_ARGUMENT"), ("encoding=json&message=%2", "INVALID_ARGUMENT"),
            ("encoding=json&message=%2g", "INVALID_ARGUMENT"), ("encoding=json&message=%ff", "INVALID_ARGUMENT"),
            ("encoding=proto&message=%ff", "INVALID_ARGUMENT"), ("encoding=proto&base64=1&message=a", "INVALID_ARGUMENT"),
            ("encoding=proto&base64=1&message=YW+I", "INVALID_ARGUMENT"), ("encoding=proto&base64=1&message=YW%2FI", "INVALID_ARGUMENT"),
            ("encoding=proto&base64=1&message=YW=I", "INVALID_ARGUMENT"), ("encoding=proto&base64=1&message=YWJ", "INVALID_ARGUMENT"),
        ])
    func bad(query: String, expected: String) { #expect(Self.read(query) == expected) }
}
