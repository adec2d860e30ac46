package io.vouchsafe.appraisal.rim;

import io.vouchsafe.encoding.Bytes;
import io.vouchsafe.encoding.FormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.ErrorHandler;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/// XML without the parts of it that reach outside or explode: no DTD, hence no entities of its own,
/// nothing loaded, and bounds on size and depth.
final class Xml {
  static final int MAX_BYTES = 1 << 20;
  private static final int MAX_DEPTH = 32;

  private Xml() {}

  static Document parse(Bytes input) throws FormatException {
    if (input.size() > MAX_BYTES) {
      throw FormatException.oversized(
          0, "XML of at most " + MAX_BYTES + " bytes", input.size() + " bytes");
    }
    try {
      DocumentBuilder builder = factory().newDocumentBuilder();
      builder.setErrorHandler(STRICT);
      builder.setEntityResolver((_, system) -> {
        throw new SAXException("an external entity: " + system);
      });
      Document document = builder.parse(new ByteArrayInputStream(input.toByteArray()));
      requireShallow(document.getDocumentElement(), 1);
      return document;
    } catch (SAXParseException e) {
      throw FormatException.malformed(
          FormatException.NO_OFFSET,
          "well-formed XML without DTD",
          "line " + e.getLineNumber() + ": " + e.getMessage());
    } catch (SAXException e) {
      throw FormatException.unexpected(
          "well-formed XML without DTD", String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw FormatException.unexpected("XML text", String.valueOf(e.getMessage())); // its encoding
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("the JDK's XML parser lacks a feature", e);
    }
  }

  private static DocumentBuilderFactory factory() throws ParserConfigurationException {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultNSInstance();
    factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
    factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
    factory.setExpandEntityReferences(false);
    factory.setXIncludeAware(false);
    return factory;
  }

  private static final ErrorHandler STRICT =
      new ErrorHandler() {
        @Override
        public void warning(SAXParseException e) throws SAXException {
          throw e;
        }

        @Override
        public void error(SAXParseException e) throws SAXException {
          throw e;
        }

        @Override
        public void fatalError(SAXParseException e) throws SAXException {
          throw e;
        }
      };

  private static void requireShallow(Element element, int depth) throws FormatException {
    if (depth > MAX_DEPTH) {
      throw FormatException.oversized(0, "at most " + MAX_DEPTH + " levels of XML", "more");
    }
    for (Element child : children(element)) {
      requireShallow(child, depth + 1);
    }
  }

  static List<Element> children(Element parent) {
    List<Element> children = new ArrayList<>();
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element) {
        children.add(element);
      }
    }
    return children;
  }

  static List<Element> children(Element parent, String namespace, String name) {
    return children(parent).stream().filter(child -> is(child, namespace, name)).toList();
  }

  static boolean is(Element element, String namespace, String name) {
    return name.equals(element.getLocalName()) && namespace.equals(element.getNamespaceURI());
  }

  /// The only child of that name.
  static Element child(Element parent, String namespace, String name) throws FormatException {
    List<Element> found = children(parent, namespace, name);
    if (found.size() != 1) {
      throw FormatException.unexpected(
          "one " + name + " in " + parent.getLocalName(), found.size() + " of them");
    }
    return found.getFirst();
  }

  /// An attribute by its local name, whatever its prefix stands for: vendors disagree on that.
  static Optional<String> attribute(Element element, String localName) throws FormatException {
    Optional<String> value = Optional.empty();
    for (int i = 0; i < element.getAttributes().getLength(); i++) {
      Node attribute = element.getAttributes().item(i);
      if (localName.equals(attribute.getLocalName())) {
        if (value.isPresent()) {
          throw FormatException.unexpected("one attribute " + localName, "several");
        }
        value = Optional.of(attribute.getNodeValue());
      }
    }
    return value;
  }

  static String require(Element element, String localName) throws FormatException {
    Optional<String> value = attribute(element, localName);
    if (value.isEmpty()) {
      throw FormatException.unexpected(
          "attribute " + localName + " of " + element.getLocalName(), "none");
    }
    return value.get();
  }
}
