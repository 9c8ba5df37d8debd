// The one caller of expat: the elements of an XML file, as they begin and end.

import CExpat

/// What happens while a file is read.
protocol XMLHandler: AnyObject {
    /// - Parameter attributes: in the file's order.
    func elementBegan(
        _ name: String, _ attributes: [(name: String, value: String)], line: Int, byteOffset: Int)
    func elementEnded(_ name: String)
}

/// Reads XML piece by piece. Document types and with them entities are refused: no format that is
/// read here has them, and a few of them can stand for terabytes.
@safe final class XMLReader {
    /// The longest run of bytes without an element that is taken: one attribute, or a comment.
    private static let tokenLimitBytes = 16 << 20
    private static let depthLimit = 256

    private let parser: XML_Parser
    private weak var handler: (any XMLHandler)?
    private var depth = 0
    private var refusal: String?
    private var bytesFed = 0

    /// - Precondition: memory is available. The handler outlives the reader.
    init(handler: any XMLHandler) {
        guard let made = unsafe XML_ParserCreate(nil) else {
            preconditionFailure("no memory for a reader of XML")
        }
        unsafe parser = made
        self.handler = handler
        let own = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe XML_SetUserData(parser, own)
        unsafe XML_SetElementHandler(
            parser,
            { data, name, attributes in
                guard let data = unsafe data, let name = unsafe name else { return }
                unsafe Unmanaged<XMLReader>.fromOpaque(data).takeUnretainedValue()
                    .began(name, attributes)
            },
            { data, name in
                guard let data = unsafe data, let name = unsafe name else { return }
                unsafe Unmanaged<XMLReader>.fromOpaque(data).takeUnretainedValue().ended(name)
            })
        unsafe XML_SetStartDoctypeDeclHandler(parser) { data, _, _, _, _ in
            guard let data = unsafe data else { return }
            unsafe Unmanaged<XMLReader>.fromOpaque(data).takeUnretainedValue()
                .refuse("a document without a document type, which may hold entities")
        }
    }

    deinit { unsafe XML_ParserFree(parser) }

    /// From 1, and from 0, of what is being read.
    var line: Int { Int(unsafe XML_GetCurrentLineNumber(parser)) }
    var byteOffset: Int { Int(unsafe XML_GetCurrentByteIndex(parser)) }

    /// Reads on.
    /// - Parameter isLast: whether the file ends with these bytes.
    /// - Returns: what was expected instead, in words, where the file is not XML; `nil` where it
    ///   is.
    func feed(_ bytes: [UInt8], count: Int, isLast: Bool) -> String? {
        let status = unsafe bytes.withUnsafeBytes { buffer in
            let start = unsafe buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            return unsafe XML_Parse(parser, start, Int32(count), isLast ? 1 : 0)
        }
        bytesFed += count
        if let refusal { return refusal }
        guard status == XML_STATUS_OK else {
            let code = unsafe XML_GetErrorCode(parser)
            let words = unsafe XML_ErrorString(code).map { unsafe String(cString: $0) }
            return "XML, found \(words ?? "an error")"
        }
        guard isLast || bytesFed - byteOffset <= XMLReader.tokenLimitBytes else {
            return "elements of at most \(XMLReader.tokenLimitBytes) bytes"
        }
        return nil
    }

    private func refuse(_ expected: String) {
        if refusal == nil { refusal = expected }
        unsafe XML_StopParser(parser, 0)
    }

    @unsafe private func began(
        _ name: UnsafePointer<CChar>, _ list: UnsafeMutablePointer<UnsafePointer<CChar>?>?
    ) {
        guard refusal == nil else { return }
        depth += 1
        guard depth <= XMLReader.depthLimit else {
            return refuse("at most \(XMLReader.depthLimit) elements inside each other")
        }
        var attributes: [(name: String, value: String)] = []
        var index = 0
        while let key = unsafe list?[index], let value = unsafe list?[index + 1] {
            attributes.append((unsafe String(cString: key), unsafe String(cString: value)))
            index += 2
        }
        handler?.elementBegan(
            unsafe String(cString: name), attributes, line: line, byteOffset: byteOffset)
    }

    @unsafe private func ended(_ name: UnsafePointer<CChar>) {
        guard refusal == nil else { return }
        depth -= 1
        handler?.elementEnded(unsafe String(cString: name))
    }
}
