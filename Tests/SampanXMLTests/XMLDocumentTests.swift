import SampanXML
import StoreTestSupport
import Testing

@Suite("XML documents", .blocking)
struct XMLDocumentTests {
    @Test("elements, namespaces, attributes, texts, CDATA and the five entities; comments and instructions are left out")
    func tree() throws {
        let text = """
            <?xml version="1.0" encoding="UTF-8"?><?xml-stylesheet href="http://example.org/x.xsl"?>
            <!-- <!DOCTYPE in a comment --><a:root xmlns:a="urn:a" xmlns="urn:b" x="1" a:x='2 &lt; 3'>
              <child>张&amp;<![CDATA[<!DOCTYPE 无忌>]]></child><child/>&#x4E2D;</a:root>
            """
        let root = try XMLDocument(Array(text.utf8)).root
        #expect(root.name == "root" && root.namespace == "urn:a" && root.line == 2)
        #expect(root.attribute("x") == "1" && root.attribute("x", namespace: "urn:a") == "2 < 3" && root.attribute("y") == nil)
        #expect(root.elements.map(\.name) == ["child", "child"] && root.elements[0].namespace == "urn:b")
        #expect(root.elements[0].text == "张&<!DOCTYPE 无忌>")
        #expect(root.text.hasSuffix("中"))
        #expect(root.first("child") == nil, "another namespace than the parent's")
    }

    @Test("encodings: UTF-8 with and without mark, UTF-16 of both orders, GBK and GB 18030 as declared")
    func encodings() throws {
        let body = "<a>检验报告 𠮷</a>"
        var inputs: [[UInt8]] = [Array(body.utf8), [0xEF, 0xBB, 0xBF] + Array(body.utf8)]
        let declared = Array("<?xml version=\"1.0\" encoding=\"UTF-16\"?>\(body)".utf16)
        inputs.append([0xFF, 0xFE] + declared.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] as [UInt8] })
        inputs.append([0xFE, 0xFF] + declared.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] as [UInt8] })
        inputs.append(Array(body.utf16).flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] as [UInt8] })
        for (index, input) in inputs.enumerated() { #expect(try XMLDocument(input).root.text == "检验报告 𠮷", "\(index)") }
        for name in ["GBK", "gb2312", "GB18030"] {
            // 检验 in GBK.
            let bytes = Array("<?xml version='1.0' encoding='\(name)'?><a>".utf8) + [0xBC, 0xEC, 0xD1, 0xE9] + Array("</a>".utf8)
            #expect(try XMLDocument(bytes).root.text == "检验", "\(name)")
        }
    }

    private static func error(_ bytes: [UInt8], _ limits: XMLLimits = .default) -> XMLError? {
        do throws(XMLError) { _ = try XMLDocument(bytes, limits: limits) } catch { return error }
        return nil
    }

    private static let laughs = """
        <?xml version="1.0"?>
        <!DOCTYPE lolz [<!ENTITY lol "lol">
        <!ENTITY lol1 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;"><!ENTITY lol2 "&lol1;&lol1;&lol1;&lol1;">]>
        <lolz>&lol2;</lolz>
        """

    @Test(
        "refused, each for its reason",
        arguments: [
            ("", .malformed(.empty)), ("   ", .malformed(.empty)), ("<a>", .malformed(.endsEarly)),
            ("<a><b></a>", .malformed(.tagMismatch)),
            ("<a x='1' x='2'/>", .malformed(.attributeTwice)), ("<a/><b/>", .malformed(.somethingBehind)),
            ("<a>&nbsp;</a>", .malformed(.undefinedEntity)),
            ("<a x='&foo;'/>", .malformed(.undefinedEntity)), ("<a>&#0;</a>", .malformed(.badCharacter)),
            ("<a>\u{1}</a>", .malformed(.badCharacter)),
            ("<b:a/>", .malformed(.undefinedPrefix)), ("<a", .malformed(.endsEarly)), ("hello", .malformed(.syntax)),
            ("<a>\u{0}</a>", .nul),
            ("<a/>\u{0}<b/>", .nul), (laughs, .documentType), ("<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>", .documentType),
            ("<!DOCTYPE a PUBLIC \"x\" \"http://127.0.0.1:9/x.dtd\"><a/>", .documentType), ("<a/><!DOCTYPE a>", .documentType),
            ("<!doctype a><a/>", .documentType), ("<a><!ENTITY x \"y\"></a>", .documentType),
            ("<?xml version=\"1.0\" encoding=\"UTF-7\"?><a/>", .encoding("UTF-7")),
            ("<?xml version=\"1.0\" encoding=\"UTF-16\"?><a/>", .encoding("UTF-16")),
            ("<?xml version=\"1.0\" encoding=\"\u{1b}[2J\"?><a/>", .encoding(nil)),
        ] as [(String, XMLError.Reason)])
    func refused(text: String, reason: XMLError.Reason) {
        let error = Self.error(Array(text.utf8))
        #expect(error?.reason == reason, "\(text.prefix(60)): \(String(describing: error))")
    }

    @Test("bytes that are not of the declared encoding")
    func badBytes() {
        #expect(Self.error([0x3C, 0x61, 0x3E, 0xFF, 0x3C, 0x2F, 0x61, 0x3E])?.reason == .notOfEncoding)
        #expect(Self.error([0xFF, 0xFE, 0x3C])?.reason == .notOfEncoding)
        #expect(Self.error([0xFF, 0xFE, 0x3C, 0x00, 0x00, 0xD8])?.reason == .notOfEncoding)
        #expect(Self.error(Array("<?xml version='1.0' encoding='GBK'?><a>".utf8) + [0xBC])?.reason == .notOfEncoding)
    }

    @Test("XInclude and external references are texts and attributes like others: nothing is fetched")
    func inert() throws {
        let text = "<a xmlns:xi='http://www.w3.org/2001/XInclude' xsi='x'><xi:include href='file:///etc/passwd' parse='text'/></a>"
        let root = try XMLDocument(Array(text.utf8)).root
        #expect(root.elements.count == 1 && root.elements[0].name == "include" && root.text.isEmpty)
    }

    @Test("a limit is met exactly: what is at it is read, one more is refused")
    func limits() {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)).utf8)
        }
        let small = XMLLimits(
            maximumBytes: 4_000, maximumDepth: 10, maximumNodes: 50, maximumAttributes: 5, maximumNamespaces: 2, maximumTagBytes: 200,
            maximumTextBytes: 300)
        func attributes(_ count: Int) -> [UInt8] { Array("<a \((0..<count).map { "x\($0)='1'" }.joined(separator: " "))/>".utf8) }
        func text(_ count: Int) -> [UInt8] { Array("<a>\(String(repeating: "x", count: count))</a>".utf8) }
        func children(_ count: Int) -> [UInt8] { Array("<a>\(String(repeating: "<b/>", count: count))</a>".utf8) }
        func spaces(_ count: Int) -> [UInt8] { Array("<a \((0..<count).map { "xmlns:x\($0)='u'" }.joined(separator: " "))/>".utf8) }
        let table: [([UInt8], [UInt8], XMLError.Reason)] = [
            (nested(10), nested(11), .tooDeep(limit: 10)), (children(49), children(50), .tooManyNodes(limit: 50)),
            (attributes(5), attributes(6), .tooManyAttributes(limit: 5)), (spaces(2), spaces(3), .tooManyNamespaces(limit: 2)),
            (text(300), text(301), .textTooLong(limit: 300)),
            (
                Array("<a x='\(String(repeating: "y", count: 191))'/>".utf8), Array("<a x='\(String(repeating: "y", count: 192))'/>".utf8),
                .tagTooLong(limit: 200)
            ),
        ]
        for (fits, exceeds, reason) in table {
            #expect(Self.error(fits, small) == nil, "\(reason)")
            #expect(Self.error(exceeds, small)?.reason == reason)
        }
        #expect(Self.error([UInt8](repeating: 0x20, count: 4_001), small)?.reason == .tooLarge(limit: 4_000))
        // Never so deep that a walk over the tree by recursion is a danger.
        #expect(XMLLimits(maximumDepth: 10_000).maximumDepth == 200)
        #expect(Self.error(nested(100_000))?.reason == .tooDeep(limit: 64))
    }

    @Test("what takes some readers quadratic time is refused before it begins")
    func quadratic() {
        let attributes = "<a \((0..<200_000).map { "x\($0)=''" }.joined(separator: " "))/>"
        #expect(Self.error(Array(attributes.utf8))?.isLimit == true)
        // Attributes hidden behind a comment that does not end, or quotes that do not: no more than malformed.
        #expect(Self.error(Array("<!-- \(attributes)".utf8)) != nil)
        #expect(Self.error(Array("<a x='\(attributes)".utf8)) != nil)
        let huge = "<a x='\(String(repeating: "y", count: 3 << 20))'/>"
        #expect(Self.error(Array(huge.utf8))?.reason == .tagTooLong(limit: 1 << 20))
    }

    @Test("an error tells its line, and nothing of the text")
    func quiet() {
        let error = Self.error(Array("<a>\n<姓名>张无忌</姓名x>\n</a>".utf8))
        #expect(error?.line == 2 && error?.reason == .malformed(.tagMismatch))
        #expect(error?.description.contains("张") == false)
    }

    @Test("every truncation of a document is refused, and every single byte changed either way")
    func truncations() {
        let text = Array("<?xml version='1.0'?><a b='c'><d>é&lt;</d><!-- x --><![CDATA[y]]></a>".utf8)
        for length in 0..<text.count { #expect(Self.error(Array(text.prefix(length))) != nil, "\(length)") }
        for place in text.indices {
            for byte: UInt8 in [0, 0x3C, 0x26, 0xFF] {
                var changed = text
                changed[place] = byte
                _ = Self.error(changed)
            }
        }
    }
}
