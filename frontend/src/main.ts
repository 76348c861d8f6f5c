import "./styles";
import "htmx.org";
