import "./styles";
import "htmx.org";
import "./islands";
